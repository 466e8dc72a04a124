/* A receipt as Markdown, to be pasted into a pull request.
 *
 * Text of others stands in <code>, every character that Markdown or HTML could take for markup as
 * an entity: in code nothing becomes a mention, a reference or a link either. Logs and values stand
 * in fences that are longer than any in them. */
#include "receipt.h"

#include <string.h>

/* A comment on GitHub may have 65,536 characters; whole tables of events are left out before that.
 */
#define MOST_BYTES  ((size_t)50000)
#define MOST_EVENTS 60
#define CELL_LIMIT  300
#define BLOCK_LIMIT ((size_t)3000)
#define MOST_ERRORS 10

/* ---- text of others ---- */

static bool is_letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void put_entities(struct tsk_text *file, const char *text)
{
	for (const char *at = text; *at; at++) {
		/* What cannot begin markup inside a line of code; a '_' inside a word cannot,
		 * either. */
		bool plain = is_letter(*at) || (unsigned char)*at >= 0x80 ||
			     strchr(" .,:;/?%+-='\"(){}#@", *at) ||
			     (*at == '_' && at > text && is_letter(at[-1]) && is_letter(at[1]));
		if (plain)
			tsk_text_format(file, "%c", *at);
		else if (*at == '\n' || *at == '\t')
			tsk_text_add(file, " ");
		else
			tsk_text_format(file, "&#%d;", *at);
	}
}

static void put_code(struct tsk_text *file, const char *text)
{
	if (!*text)
		return;
	tsk_text_add(file, "<code>");
	put_entities(file, tsk_visible(file->call, tsk_shorten(file->call, text, CELL_LIMIT)));
	tsk_text_add(file, "</code>");
}

static void put_fence(struct tsk_text *file, const char *text, const char *language)
{
	const char *shown = tsk_visible(file->call, text);
	size_t longest = 2;

	for (const char *at = shown; *at;) {
		size_t run = strspn(at, "`");
		longest = run > longest ? run : longest;
		at += run ? run : 1;
	}
	char *fence = tsk_alloc(file->call, longest + 2);
	memset(fence, '`', longest + 1);
	tsk_text_format(file, "%s%s\n%s%s%s\n", fence, language, shown,
			*shown && shown[strlen(shown) - 1] == '\n' ? "" : "\n", fence);
}

/* ---- parts ---- */

static void put_steps(struct tsk_text *file, const cJSON *steps)
{
	struct tsk_call *call = file->call;

	tsk_text_add(file, "| | step | time | evidence |\n| --- | --- | --- | --- |\n");
	for (const cJSON *row = steps ? steps->child : NULL; row; row = row->next) {
		bool ok = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "ok"));
		tsk_text_format(file, "| %s | ", ok ? "\xE2\x9C\x85" : "\xE2\x9D\x8C");
		put_code(file, receipt_text(call, row, "name"));
		tsk_text_format(file, " | %s | ",
				tsk_duration_text(call, receipt_ms(row, "seconds")));
		put_code(file, receipt_text(call, row, "detail"));
		tsk_text_add(file, " |\n");
	}
	tsk_text_add(file, "\n");
}

static void put_versions(struct tsk_text *file, const cJSON *versions)
{
	const char *between = "";

	tsk_text_add(file, "Versions: ");
	for (const cJSON *one = versions ? versions->child : NULL; one; one = one->next) {
		if (!cJSON_IsString(one))
			continue;
		tsk_text_format(file, "%s%s ", between, one->string);
		put_code(file, one->valuestring);
		between = ", ";
	}
	tsk_text_add(file, "\n\n");
}

static void put_events(struct tsk_text *file, const struct tsk_timeline *timeline)
{
	const struct tsk_history *history = timeline->history;
	size_t count = history->count;

	if (file->size > MOST_BYTES) {
		tsk_text_format(file, "%zu events: left out, as this text is long already.\n\n",
				count);
		return;
	}
	tsk_text_add(file, "| id | after | event | detail |\n| --: | --: | --- | --- |\n");
	for (size_t i = 0; i < count; i++) {
		const struct tsk_event *event = &history->events[i];
		if (count > MOST_EVENTS && i == MOST_EVENTS / 2) {
			size_t left = count - MOST_EVENTS;
			tsk_text_format(file, "| | | %zu more | |\n", left);
			i += left;
			event = &history->events[i];
		}
		tsk_text_format(file, "| %lld | %.3f s | %s | ", (long long)event->id,
				(double)(event->at - timeline->began) / 1e9, event->type_name);
		put_code(file, tsk_event_text(file->call, event));
		tsk_text_add(file, " |\n");
	}
	tsk_text_add(file, "\n");
}

static void put_cause(struct tsk_text *file, const cJSON *cause)
{
	struct tsk_call *call = file->call;

	tsk_text_add(file, "- root cause: ");
	put_code(file, tsk_cause_text(call, receipt_text(call, cause, "type"),
				      receipt_text(call, cause, "message"),
				      receipt_text(call, cause, "location"), SIZE_MAX));
	tsk_text_add(file, "\n");
}

static void put_workflow(struct tsk_text *file, const struct receipt_workflow *one)
{
	struct tsk_call *call = file->call;
	const char *link = receipt_text(call, one->row, "link");
	const char *result = receipt_text(call, one->row, "result");
	const cJSON *cause = cJSON_GetObjectItemCaseSensitive(one->row, "root_cause");

	tsk_text_add(file, "<details>\n<summary>");
	put_code(file, receipt_text(call, one->row, "workflow_id"));
	tsk_text_format(file, " %s</summary>\n\n", receipt_text(call, one->row, "status"));
	tsk_text_add(file, "- run of the plan: ");
	put_code(file, one->run);
	tsk_text_add(file, "\n- type: ");
	put_code(file, receipt_text(call, one->row, "workflow_type"));
	tsk_text_add(file, "\n- run id: ");
	put_code(file, receipt_text(call, one->row, "run_id"));
	tsk_text_add(file, "\n");
	if (*link) {
		tsk_text_add(file, "- web UI: ");
		put_code(file, link);
		tsk_text_add(file, "\n");
	}
	if (cause)
		put_cause(file, cause);
	tsk_text_add(file, "\n");
	if (*result) {
		tsk_text_add(file, "Result:\n\n");
		put_fence(file, tsk_shorten(call, tsk_json_readable(call, result), BLOCK_LIMIT),
			  "json");
		tsk_text_add(file, "\n");
	}
	if (one->timeline) {
		put_events(file, one->timeline);
	} else {
		tsk_text_add(file, "Its events were not read: ");
		put_code(file, one->problem ? one->problem : "interrupted");
		tsk_text_add(file, "\n\n");
	}
	tsk_text_add(file, "</details>\n\n");
}

static void put_log(struct tsk_text *file, const struct receipt_log *log)
{
	const char *tail = receipt_tail(log->text, BLOCK_LIMIT);
	const char *cut = tail == log->text ? "" : ", its end";

	tsk_text_add(file, "<details>\n<summary>");
	put_code(file, log->title);
	if (log->errors.count)
		tsk_text_format(file, "%s, %zu line%s of errors</summary>\n\n", cut,
				log->errors.count, log->errors.count == 1 ? "" : "s");
	else
		tsk_text_format(file, "%s</summary>\n\n", cut);
	for (size_t i = 0; i < log->errors.count && i < MOST_ERRORS; i++) {
		tsk_text_add(file, "- ");
		put_code(file, log->errors.items[i]);
		tsk_text_add(file, "\n");
	}
	tsk_text_add(file, "\n");
	put_fence(file, tail, "text");
	tsk_text_add(file, "\n</details>\n\n");
}

void receipt_markdown(struct tsk_text *file, const struct receipt *receipt)
{
	struct tsk_call *call = file->call;
	bool passed = !strcmp(receipt->verdict, "passed");

	tsk_text_format(file, "### %s verify-project: %s\n\n",
			passed ? "\xE2\x9C\x85" : "\xE2\x9D\x8C", receipt->verdict);
	put_code(file, receipt->headline);
	tsk_text_add(file, "\n\n");
	put_steps(file, cJSON_GetObjectItemCaseSensitive(receipt->result, "steps"));
	put_versions(file, cJSON_GetObjectItemCaseSensitive(receipt->result, "versions"));
	for (size_t i = 0; i < receipt->workflow_count; i++)
		put_workflow(file, &receipt->workflows[i]);
	for (size_t i = 0; i < receipt->log_count; i++)
		put_log(file, &receipt->logs[i]);
	tsk_text_format(file, "<sub>%s, temporal-skill %s</sub>\n",
			tsk_time_text(call, tsk_wall_ns()), tsk_version());
}
