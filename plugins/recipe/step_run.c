/* Running one step: a command of ours, or a program; what it captured, what was expected. */
#include "recipe.h"

#include <temporal-skill/payload.h>
#include <temporal-skill/process.h>

#include <stdlib.h>
#include <string.h>

/* Of a program's output, its end: what captures look through. */
#define OUTPUT_LIMIT ((size_t)64 << 10)
/* Of a program that says nothing else. */
#define TIMEOUT      "60"

struct working {
	struct recipe_run *run;
	struct tsk_call *call;
	const struct recipe_step *step;
	struct recipe_words words;
	const struct tsk_command *command;
	struct recipe_outcome outcome;
	const char *output; /* of a program */
};

const char *recipe_kind_name(enum recipe_kind kind)
{
	static const char *const names[] = {
		[RECIPE_STEP] = "step", [RECIPE_RESCUE] = "rescue", [RECIPE_CLEANUP] = "cleanup"
	};

	return names[kind];
}

static void fail(struct working *working, enum tsk_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void fail(struct working *working, enum tsk_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	working->outcome.detail = tsk_vformat(working->call, format, arguments);
	va_end(arguments);
	working->outcome.ok = false;
	working->outcome.status = status;
}

/* What a recorded error says; the step has it now. */
static void take_error(struct working *working, enum tsk_status status)
{
	fail(working, status, "%s", tsk_error_message(working->call));
	tsk_forget_error(working->call);
}

/* ---- a command in one line: its headline and what its own text shows next ---- */

#define MOST_SHOWN 2
#define LONGEST    160

static const char *one_line(struct tsk_call *call, const char *text)
{
	return tsk_shorten(call, tsk_copy_bytes(call, text, strcspn(text, "\r\n")), LONGEST);
}

/* How many a list has; of a single one, what its table shows first. */
static const char *list_words(struct tsk_call *call, const char *json, const struct tsk_view *view)
{
	cJSON *list = cJSON_Parse(json);
	int count = cJSON_GetArraySize(list);
	const char *column = view->columns ? view->columns : "";

	cJSON_Delete(list);
	column = tsk_format(call, "/0/%.*s", (int)strcspn(column, " "), column);
	const char *first = count == 1 ? tsk_json_pointer_text(call, json, column) : NULL;
	if (first)
		return one_line(call, first);
	return count ? tsk_format(call, "%d", count) : NULL;
}

/* A member of a result as a few words, or NULL. */
static const char *member_words(struct tsk_call *call, const char *json,
				const struct tsk_view *view)
{
	static const char *const dull[] = { "log", "log_tail", "output_end",
					    "pid", "run_id",   "seconds" };
	char *pointer = tsk_format(call, "/%s", view->path);

	for (size_t i = 0; i < sizeof(dull) / sizeof(*dull); i++)
		if (!strcmp(view->path, dull[i]))
			return NULL;
	for (char *at = pointer; *at; at++)
		if (*at == '.')
			*at = '/';
	const char *value = tsk_json_pointer(call, json, pointer);
	if (!value || !strcmp(value, "null") || !strcmp(value, "\"\"") || *value == '{')
		return NULL;
	if (*value == '[')
		return list_words(call, value, view);
	return one_line(call, *value == '"' ? tsk_json_pointer_text(call, json, pointer) : value);
}

static const char *step_headline(struct tsk_call *call, const struct tsk_command *command,
				 const char *json)
{
	const char *said = tsk_json_pointer_text(call, json, "/headline");
	struct tsk_text text = { .call = call };
	int shown = 0;

	tsk_text_add(&text, said ? one_line(call, said) : "done");
	for (const struct tsk_view *view = command ? command->views : NULL;
	     view && view->path && shown < MOST_SHOWN; view++) {
		const char *words = member_words(call, json, view);
		if (words && !strstr(text.bytes, words))
			tsk_text_format(&text, "%s%s: %s", shown++ ? ", " : "; ", view->path,
					words);
	}
	return tsk_text_value(&text);
}

/* ---- running ---- */

static void say_problem(void *what, int line, const char *text)
{
	struct working *working = what;

	(void)line;
	if (working->outcome.ok)
		fail(working, TSK_USAGE, "%s", text);
}

static void run_command(struct working *working, const char *name, const char *const *argv)
{
	const char *error = NULL;
	struct recipe_outcome *outcome = &working->outcome;

	outcome->status = tsk_run_command(working->call, name, argv, &outcome->result, &error);
	outcome->ok = outcome->status == TSK_OK;
	outcome->detail = error ? error
			  : outcome->result
				  ? step_headline(working->call, working->command, outcome->result)
				  : "no answer";
	tsk_set_json(outcome->row, "result", outcome->result);
	if (error)
		tsk_set(outcome->row, "error", error);
}

static void run_our_command(struct working *working)
{
	/* Once more: what was captured since is known now. */
	working->command = recipe_check_words(working->call, &working->words, say_problem, working);
	if (working->outcome.ok)
		run_command(working, working->words.items[0].text,
			    recipe_argv(working->call, &working->words));
}

static const char *timeout_text(const struct working *working)
{
	const struct recipe_line *timeout = &working->step->timeout;

	return timeout->line
		       ? recipe_fill_word(&working->run->values, timeout->text, timeout->line).text
		       : TIMEOUT;
}

/* It was checked before, but for what was captured since. */
static int64_t timeout_ms(struct working *working)
{
	const char *text = timeout_text(working);
	int64_t ms = 0;

	if (!tsk_parse_duration(text, &ms))
		fail(working, TSK_USAGE, "bad timeout '%s': expected " TSK_DURATION_FORMS, text);
	return ms;
}

static const char **program_words(const struct working *working, size_t before)
{
	const char **words =
		tsk_alloc(working->call, (before + working->words.count + 1) * sizeof(*words));

	for (size_t i = 0; i < working->words.count; i++)
		words[before + i] = working->words.items[i].text;
	return words;
}

/* run-starter knows which workflows a program started. */
static void run_as_starter(struct working *working)
{
	const char **words = program_words(working, 3);

	words[0] = "--timeout";
	words[1] = timeout_text(working);
	words[2] = "--";
	working->command = tsk_find_command(working->call, "run-starter");
	run_command(working, "run-starter", words);
	if (working->outcome.result)
		working->output =
			tsk_json_pointer_text(working->call, working->outcome.result, "/output");
}

static const char *last_line(struct tsk_call *call, const char *output)
{
	size_t end = strlen(output);

	while (end && strchr(" \t\r\n", output[end - 1]))
		end--;
	size_t begin = end;
	while (begin && output[begin - 1] != '\n')
		begin--;
	return one_line(call, tsk_copy_bytes(call, output + begin, end - begin));
}

static void run_program(struct working *working)
{
	struct tsk_call *call = working->call;
	const char *environment[] = {
		tsk_format(call, "TEMPORAL_ADDRESS=%s", tsk_setting(call, TSK_SETTING_ADDRESS)),
		tsk_format(call, "TEMPORAL_NAMESPACE=%s", tsk_setting(call, TSK_SETTING_NAMESPACE)),
		NULL,
	};
	struct tsk_launch spawn = { .words = program_words(working, 0),
				    .directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
				    .environment = environment,
				    .kind = "recipe",
				    .scope = tsk_setting(call, TSK_SETTING_PROJECT_DIR) };
	const int64_t timeout = timeout_ms(working);
	struct tsk_ran ran = { .output = "" };
	cJSON *row = working->outcome.row;

	if (!working->outcome.ok)
		return;
	enum tsk_status status =
		tsk_launch_and_wait(call, &spawn, tsk_deadline(call, timeout), OUTPUT_LIMIT, &ran);
	if (status) {
		take_error(working, status);
		return;
	}
	working->output = ran.output;
	tsk_set_number(row, "exit_status", ran.code);
	tsk_set(row, "output", ran.output);
	const char *last = last_line(call, ran.output);
	if (ran.timed_out)
		fail(working, TSK_TIMEOUT, "it did not end within %s and was stopped%s%s",
		     tsk_duration_text(call, timeout), *last ? ": " : "", last);
	else if (ran.code)
		fail(working, TSK_NEGATIVE, "exit status %d%s%s", ran.code, *last ? ": " : "",
		     last);
	else
		working->outcome.detail = *last ? last : "exit status 0";
}

/* ---- afterwards ---- */

static void forgive(struct working *working)
{
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(working->outcome.row, "exit_status");
	int status =
		code && !working->outcome.result ? code->valueint : (int)working->outcome.status;

	for (size_t i = 0; i < working->step->accepted_count; i++)
		if (working->step->accepted[i] == status && !working->run->interrupted)
			working->outcome.ok = true;
}

/* The text that a capture takes, or NULL. */
static const char *captured(struct working *working, const struct recipe_capture *capture)
{
	const char *result = working->outcome.result, *output = working->output;
	size_t offset;

	if (capture->how == CAPTURE_MATCH)
		return output ? recipe_match(working->call, capture->what, output) : NULL;
	if (capture->how == CAPTURE_WORKFLOW)
		return result ? tsk_json_pointer_text(working->call, result,
						      "/workflows/0/workflow_id")
			      : NULL;
	/* A program that answers in JSON. */
	if (!result && output && tsk_json_check(output, strlen(output), &offset))
		result = output;
	return result ? tsk_json_pointer_text(working->call, result, capture->what) : NULL;
}

static void capture_all(struct working *working)
{
	static const char *const nothing[] = { [CAPTURE_POINTER] = "its result has no",
					       [CAPTURE_MATCH] = "its output has no match of",
					       [CAPTURE_WORKFLOW] = "it started no" };
	cJSON *row = NULL;

	for (size_t i = 0; i < working->step->capture_count; i++) {
		const struct recipe_capture *capture = &working->step->captures[i];
		const char *text = captured(working, capture);
		if (!text && !capture->optional) {
			fail(working, TSK_NEGATIVE, "%s '%s' (%s): %s", nothing[capture->how],
			     capture->what ? capture->what : "workflow", capture->name,
			     working->outcome.detail);
			continue;
		}
		row = row ? row : tsk_set_object(working->outcome.row, "captured");
		tsk_set(row, capture->name, text ? text : "");
		recipe_value_set(&working->run->values, capture->name, text ? text : "");
	}
}

static void check_expectations(struct working *working)
{
	struct recipe_values *values = &working->run->values;

	for (size_t i = 0; i < working->step->expect_count; i++) {
		const struct recipe_line *expect = &working->step->expects[i];
		const char *const *words = expect->words.items;
		size_t last = expect->words.count - 1;
		const char *pointer = recipe_fill_word(values, words[0], expect->line).text;
		const char *wanted = recipe_fill_word(values, words[last], expect->line).text;
		const char *text =
			tsk_json_pointer_text(working->call, working->outcome.result, pointer);
		if ((text && !strcmp(text, wanted)) == (last == 2))
			continue;
		fail(working, TSK_NEGATIVE, "%s is %s%s%s, expected %s'%s'", pointer,
		     text ? "'" : "", text ? one_line(working->call, text) : "not there",
		     text ? "'" : "", last == 2 ? "" : "not ", wanted);
	}
}

static void work(struct working *working)
{
	bool starts = false;

	for (size_t i = 0; i < working->step->capture_count; i++)
		starts |= working->step->captures[i].how == CAPTURE_WORKFLOW;
	if (!working->step->is_program)
		run_our_command(working);
	else if (starts)
		run_as_starter(working);
	else
		run_program(working);
	working->run->interrupted |= working->outcome.status == TSK_INTERRUPTED;
	if (!working->outcome.ok)
		forgive(working);
	/* A value may also be in the answer of one that failed, for those that clean up. */
	bool ok = working->outcome.ok;
	struct recipe_outcome before = working->outcome;
	capture_all(working);
	if (!ok)
		working->outcome = before;
	else if (working->outcome.ok && working->outcome.result)
		check_expectations(working);
}

static const char *skip_reason(struct working *working)
{
	const struct recipe_line *when = &working->step->when;
	const char *unknown = working->words.unknown;

	if (when->line && !recipe_holds(&working->run->values, when, &unknown) && !unknown)
		return tsk_format(working->call, "skipped: not when %s", when->text);
	return unknown ? tsk_format(working->call, "skipped: '%s' was not captured", unknown)
		       : NULL;
}

struct recipe_outcome recipe_run_step(struct recipe_run *run, const struct recipe_step *step)
{
	int64_t began = tsk_now_ms();
	struct working working = { .run = run,
				   .call = run->call,
				   .step = step,
				   .words = recipe_fill(&run->values, step),
				   .outcome = { .ok = true, .detail = "" } };
	cJSON *row = working.outcome.row = tsk_append_object(run->rows);

	tsk_set(row, "name", step->name);
	tsk_set(row, "kind", recipe_kind_name(step->kind));
	const char *skip = skip_reason(&working);
	if (skip) {
		working.outcome.skipped = true;
		working.outcome.detail = skip;
		tsk_set(row, "ok", NULL);
		tsk_set(row, "detail", skip);
		return working.outcome;
	}
	cJSON *words = tsk_set_list(row, "words");
	for (size_t i = 0; i < working.words.count; i++)
		tsk_append(words, working.words.items[i].text);
	tsk_progress(run->call, "%s '%s': %s", recipe_kind_name(step->kind), step->name,
		     recipe_words_text(run->call, &working.words));
	work(&working);
	/* A program's failure is one no, whatever its status says. */
	if (step->is_program && !working.outcome.ok && !run->interrupted)
		working.outcome.status = TSK_NEGATIVE;
	tsk_set_bool(row, "ok", working.outcome.ok);
	if (!cJSON_GetObjectItemCaseSensitive(row, "exit_status"))
		tsk_set_number(row, "exit_status", working.outcome.status);
	tsk_set_seconds(row, "seconds", tsk_now_ms() - began);
	tsk_set(row, "detail", working.outcome.detail);
	return working.outcome;
}
