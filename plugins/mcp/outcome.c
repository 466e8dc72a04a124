/* What a tool's child said and how it ended, as the answer to the call.
 *
 * Its standard output is the command's JSON object, which goes into the answer as it is, with the
 * exit status beside its members; the error and the notes are on its standard error. "No" is an
 * answer and no error: isError says that the command could not do its work. */
#include "mcp.h"

#include <temporal-skill/payload.h>

#include <stdlib.h>
#include <string.h>

/* Of the talk of a command that ended without a word of why: enough for a Python traceback's end.
 */
#define MOST_TALK 2000

struct outcome {
	struct tsk_call *call;
	int code;
	const char *result; /* the command's JSON object, or NULL */
	const char *output; /* what it printed, where that is no such object */
	cJSON *error;       /* {"code", "message", "hint"}, or NULL */
	cJSON *notes;       /* an array */
	const char *talk;   /* the end of its standard error */
};

static bool is_answer(const struct outcome *outcome)
{
	return outcome->code == TSK_OK ||
	       (outcome->result && (outcome->code == TSK_NEGATIVE || outcome->code == TSK_TIMEOUT ||
				    outcome->code == TSK_STALLED));
}

/* ---- reading ---- */

/* Every result begins with the command's name; --raw prints what a workflow returned instead. */
static bool is_result(struct outcome *outcome, const struct tsk_command *command, const char *text,
		      size_t size)
{
	const char *head = tsk_format(outcome->call, "{\"command\":\"%s\"", command->name);
	size_t offset;

	return !strncmp(text, head, strlen(head)) && tsk_json_check(text, size, &offset);
}

static void take_line(struct outcome *outcome, const char *line)
{
	if (!strncmp(line, "note: ", strlen("note: "))) {
		tsk_append(outcome->notes, line + strlen("note: "));
		return;
	}
	if (strncmp(line, "{\"error\":", strlen("{\"error\":")) != 0)
		return;
	cJSON *object = cJSON_Parse(line);
	cJSON *error = cJSON_DetachItemFromObjectCaseSensitive(object, "error");
	cJSON_Delete(object);
	if (!cJSON_IsObject(error)) {
		cJSON_Delete(error);
		return;
	}
	cJSON_Delete(outcome->error);
	outcome->error = error;
}

static void read_errors(struct outcome *outcome, const struct bytes *errors)
{
	char *text = tsk_copy_bytes(outcome->call, errors->data, errors->size);
	size_t length = strlen(text);

	outcome->talk =
		tsk_copy(outcome->call, text + (length > MOST_TALK ? length - MOST_TALK : 0));
	for (char *at = text; *at;) {
		size_t line = strcspn(at, "\n");
		bool last = !at[line];
		at[line] = '\0';
		take_line(outcome, at);
		at += line + !last;
	}
}

static void say_error(struct outcome *outcome, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say_error(struct outcome *outcome, const char *code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *message = tsk_vformat(outcome->call, format, arguments);
	va_end(arguments);
	cJSON_Delete(outcome->error);
	outcome->error = cJSON_CreateObject();
	tsk_set(outcome->error, "code", code);
	tsk_set(outcome->error, "message", message);
	tsk_set(outcome->error, "hint", NULL);
}

static void read_outcome(struct outcome *outcome, const struct mcp_call *slot, int signal)
{
	const struct tsk_command *command = slot->command;
	size_t size = slot->output.size;

	outcome->notes = cJSON_CreateArray();
	read_errors(outcome, &slot->errors);
	while (size && slot->output.data[size - 1] == '\n')
		size--;
	const char *text = tsk_copy_bytes(outcome->call, slot->output.data, size);
	if (slot->too_long) {
		outcome->code = TSK_INTERNAL;
		say_error(outcome, "internal", "'%s' printed more than is taken", command->name);
	} else if (signal) {
		outcome->code = TSK_INTERNAL;
		say_error(outcome, "internal", "'%s' was ended by signal %d: %s", command->name,
			  signal, outcome->talk);
	} else if (is_result(outcome, command, text, size)) {
		outcome->result = text;
	} else if (size) {
		outcome->output = text;
	} else if (outcome->code && !outcome->error) {
		say_error(outcome, tsk_status_name(outcome->code), "'%s' ended with status %d: %s",
			  command->name, outcome->code, outcome->talk);
	}
}

/* ---- saying ---- */

/* The result's own text, digit for digit, with our members at its end. */
static const char *structured_text(struct outcome *outcome, const struct tsk_command *command)
{
	struct tsk_call *call = outcome->call;
	cJSON *own = cJSON_CreateObject();
	const char *text;

	if (!outcome->result)
		tsk_set(own, "command", command->name);
	if (outcome->output)
		tsk_set(own, "output", outcome->output);
	tsk_set_number(own, "exit_code", outcome->code);
	tsk_set(own, "exit_name", tsk_status_name(outcome->code));
	if (outcome->error)
		cJSON_AddItemToObject(own, "error", cJSON_Duplicate(outcome->error, true));
	if (outcome->notes->child)
		cJSON_AddItemToObject(own, "notes", cJSON_Duplicate(outcome->notes, true));
	char *printed = cJSON_PrintUnformatted(own);
	if (outcome->result)
		text = tsk_format(call, "%.*s,%s", (int)strlen(outcome->result) - 1,
				  outcome->result, printed + 1);
	else
		text = tsk_copy(call, printed);
	free(printed);
	cJSON_Delete(own);
	return text;
}

static const char *member_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* For those who read text alone: the whole object where there is one, as a program would parse it;
 * else what was printed, or the error as a person would see it. */
static const char *plain_text(struct outcome *outcome, const char *structured)
{
	const char *message = member_text(outcome->error, "message");
	const char *hint = member_text(outcome->error, "hint");

	if (outcome->result)
		return structured;
	if (outcome->output && outcome->code == TSK_OK)
		return outcome->output;
	return tsk_format(outcome->call, "error: %s%s%s%s%s",
			  message ? message : tsk_status_name(outcome->code),
			  hint ? "\nhint: " : "", hint ? hint : "", outcome->output ? "\n" : "",
			  outcome->output ? outcome->output : "");
}

static void answer(const struct mcp_request *request, struct outcome *outcome,
		   const struct tsk_command *command)
{
	const char *structured = structured_text(outcome, command);
	cJSON *result = cJSON_CreateObject();
	cJSON *content = tsk_append_object(tsk_set_list(result, "content"));

	tsk_set(content, "type", "text");
	tsk_set(content, "text", plain_text(outcome, structured));
	tsk_set_json(result, "structuredContent", structured);
	tsk_set_bool(result, "isError", !is_answer(outcome));
	mcp_answer(request, result);
	cJSON_Delete(outcome->error);
	cJSON_Delete(outcome->notes);
}

void mcp_answer_usage(const struct mcp_request *request, const struct tsk_command *command,
		      const char *message)
{
	struct outcome outcome = { .call = request->server->call,
				   .code = TSK_USAGE,
				   .notes = cJSON_CreateArray() };

	say_error(&outcome, tsk_status_name(TSK_USAGE), "%s", message);
	answer(request, &outcome, command);
}

void mcp_answer_call(struct mcp_server *server, struct mcp_call *slot, int code, int signal)
{
	const struct mcp_request request = { .server = server,
					     .id = slot->id,
					     .modern = slot->modern };
	struct outcome outcome = { .call = server->call, .code = code };

	read_outcome(&outcome, slot, signal);
	answer(&request, &outcome, slot->command);
}
