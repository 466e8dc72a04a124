/* Printing what a call has to say: the result to stdout, the error to stderr. */
#include "output.h"

#include "call/interrupt.h"
#include "color.h"
#include "text/visible.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- JSON ---- */

cJSON *output_object(struct tsk_call *call)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "command", call->command ? call->command->name : "");
	if (call->verdict)
		tsk_set(object, "verdict", call->verdict);
	unanswered_say(call);
	for (cJSON *member = call->result->child; member; member = member->next)
		cJSON_AddItemToObject(object, member->string, cJSON_Duplicate(member, true));
	cJSON *next = cJSON_AddArrayToObject(object, "next");
	for (const cJSON *item = call->next->child; item; item = item->next)
		tsk_append(next, tsk_command_as_typed(call, item->valuestring));
	return object;
}

char *output_json(struct tsk_call *call)
{
	cJSON *object = output_object(call);
	char *text = cJSON_PrintUnformatted(object);

	cJSON_Delete(object);
	if (!text)
		out_of_memory();
	return text;
}

static void print_json_line(struct tsk_call *call, FILE *to, char *text)
{
	fprintf(to, "%s\n", visible_json(call, text, visible_ascii_only()));
	free(text);
}

/* Where the result has no place for it. */
static void note_unanswered(struct tsk_call *call)
{
	const char *text = unanswered_text(call);

	if (text)
		tsk_note(call, "%s", text);
}

static void print_rows(struct tsk_call *call)
{
	const cJSON *rows =
		call->command && call->command->rows
			? cJSON_GetObjectItemCaseSensitive(call->result, call->command->rows)
			: NULL;

	if (!rows || !cJSON_IsArray(rows)) {
		print_json_line(call, stdout, output_json(call));
		return;
	}
	for (const cJSON *row = rows->child; row; row = row->next)
		print_json_line(call, stdout, cJSON_PrintUnformatted(row));
	note_unanswered(call);
}

/* ---- errors ---- */

static void print_error(struct tsk_call *call, bool json)
{
	const struct call_error *error = &call->error;
	const char *hint = error->hint ? tsk_command_as_typed(call, error->hint) : NULL;
	bool ascii = visible_ascii_only(), color = color_wanted(call, STDERR_FILENO);

	if (!json) {
		fprintf(stderr, "%s %s\n", color_text(call, color, COLOR_ERROR, "error:"),
			visible_line(call, error->message, ascii));
		if (hint)
			fprintf(stderr, "hint: %s\n",
				color_text(call, color, COLOR_COMMAND,
					   visible_line(call, hint, ascii)));
		if (error->status == TSK_INTERNAL)
			fputs("this is a bug in temporal-skill: please report it with the line "
			      "above\n",
			      stderr);
		return;
	}
	cJSON *object = cJSON_CreateObject();
	cJSON *body = tsk_set_object(object, "error");
	tsk_set(body, "code", tsk_status_name(error->status));
	tsk_set(body, "message", error->message);
	tsk_set(body, "hint", hint);
	print_json_line(call, stderr, cJSON_PrintUnformatted(object));
	cJSON_Delete(object);
}

/* ---- all ---- */

static void print_result(struct tsk_call *call, const char *format)
{
	if (call->raw) {
		fwrite(call->raw, 1, call->raw_size, stdout);
		note_unanswered(call);
	} else if (!call->verdict && !call->result->child)
		return;
	else if (!strcmp(format, "json"))
		print_json_line(call, stdout, output_json(call));
	else if (!strcmp(format, "jsonl"))
		print_rows(call);
	else
		fputs(output_text(call), stdout);
}

/* What did not fit into the buffer has failed before: then nothing may be left to flush. */
static void flush(struct tsk_call *call)
{
	if ((fflush(stdout) || ferror(stdout)) && !call->write_error)
		call->write_error = errno;
}

enum tsk_status output_call(struct tsk_call *call, enum tsk_status status)
{
	const char *format = tsk_setting(call, TSK_SETTING_OUTPUT);

	call->color = color_wanted(call, STDOUT_FILENO);
	if (tsk_error(call) == TSK_OK || call->verdict)
		print_result(call, format);
	flush(call);
	if (call->write_error && call->write_error != EPIPE) {
		fprintf(stderr, "error: cannot write the result: %s\n",
			strerror(call->write_error));
		status = TSK_INTERNAL;
	}
	if (status != TSK_OK && tsk_error(call) != TSK_OK)
		print_error(call, strcmp(format, "text") != 0);
	return status;
}

void tsk_emit(struct tsk_call *call, cJSON *object, const char *text)
{
	const char *format = tsk_setting(call, TSK_SETTING_OUTPUT);

	if (!strcmp(format, "text"))
		puts(visible_line(call, text, visible_ascii_only()));
	else
		print_json_line(call, stdout, cJSON_PrintUnformatted(object));
	cJSON_Delete(object);
	bool told = call->write_error;
	flush(call);
	call->emits = !call->write_error;
	/* Nobody reads on: what waits for more to print may end. Once, so that it can clean up. */
	if (call->write_error && !told)
		interrupt_simulate(SIGPIPE);
}
