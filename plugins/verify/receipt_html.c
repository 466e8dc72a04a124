/* A receipt as a page: the verdict, the steps with their times, the workflows with their timelines,
 * the logs. */
#include "receipt.h"

#include <string.h>

/* A log is shown by its end; the whole is in the file that is named, and in the JSON. */
#define LOG_LIMIT ((size_t)16 << 10)

static void put_fact(struct tsk_text *page, const char *name, const char *value)
{
	if (!*value)
		return;
	tsk_text_add(page, "<div><dt>");
	tsk_html_text(page, name);
	tsk_text_add(page, "</dt><dd>");
	tsk_html_text(page, value);
	tsk_text_add(page, "</dd></div>\n");
}

static void put_head(struct tsk_text *page, const struct receipt *receipt)
{
	struct tsk_call *call = page->call;
	bool passed = !strcmp(receipt->verdict, "passed");
	const cJSON *versions = cJSON_GetObjectItemCaseSensitive(receipt->result, "versions");

	tsk_text_format(page, "<header>\n<h1 class=\"verdict\"><span class=\"badge %s\">%s</span> ",
			passed ? "good" : "bad",
			passed ? "\xE2\x9C\x93 passed" : "\xE2\x9C\x97 failed");
	tsk_html_text(page, receipt_text(call, receipt->result, "project"));
	tsk_text_add(page, "</h1>\n<p class=\"lead\">");
	tsk_html_text(page, receipt->headline);
	tsk_text_add(page, "</p>\n<dl class=\"facts\">\n");
	put_fact(page, "verified", tsk_time_text(call, receipt->began));
	put_fact(page, "took", tsk_duration_text(call, receipt_ms(receipt->result, "seconds")));
	put_fact(page, "server", tsk_setting(call, TSK_SETTING_ADDRESS));
	put_fact(page, "namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	put_fact(page, "folder", receipt_text(call, receipt->result, "project_dir"));
	tsk_text_add(page, "</dl>\n<dl class=\"facts\">\n");
	for (const cJSON *one = versions ? versions->child : NULL; one; one = one->next)
		put_fact(page,
			 !strcmp(one->string, "program")  ? "temporal-skill"
			 : !strcmp(one->string, "cli")    ? "Temporal CLI"
			 : !strcmp(one->string, "sdk")    ? "Python SDK"
			 : !strcmp(one->string, "server") ? "Temporal server"
			 : !strcmp(one->string, "python") ? "Python"
							  : one->string,
			 cJSON_IsString(one) ? one->valuestring : "");
	tsk_text_add(page, "</dl>\n</header>\n");
}

static void put_step(struct tsk_text *page, const cJSON *row, double from, double width)
{
	struct tsk_call *call = page->call;
	bool ok = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "ok"));

	tsk_text_format(page, "<tr class=\"%s\"><td aria-label=\"%s\">%s</td><td>",
			ok ? "good" : "bad", ok ? "ok" : "failed",
			ok ? "\xE2\x9C\x93" : "\xE2\x9C\x97");
	tsk_html_text(page, receipt_text(call, row, "name"));
	tsk_text_format(page,
			"</td><td>%s<span class=\"meter\"><i style=\"margin-left:%.2f%%;"
			"width:%.2f%%\"></i></span></td><td>",
			tsk_duration_text(call, receipt_ms(row, "seconds")), from, width);
	tsk_html_text(page, receipt_text(call, row, "detail"));
	tsk_text_add(page, "</td></tr>\n");
}

/* One after the other, so that where a step lies in the whole follows from those before it. */
static void put_steps(struct tsk_text *page, const cJSON *steps)
{
	int64_t all = 1, before = 0;

	for (const cJSON *row = steps ? steps->child : NULL; row; row = row->next)
		all += receipt_ms(row, "seconds");
	tsk_text_add(page, "<h2>Steps</h2>\n<table class=\"steps\"><thead><tr><th></th>"
			   "<th scope=\"col\">step</th><th scope=\"col\">time</th>"
			   "<th scope=\"col\">evidence</th></tr></thead><tbody>\n");
	for (const cJSON *row = steps ? steps->child : NULL; row; row = row->next) {
		int64_t ms = receipt_ms(row, "seconds");
		put_step(page, row, 98.0 * (double)before / (double)all,
			 100.0 * (double)ms / (double)all);
		before += ms;
	}
	tsk_text_add(page, "</tbody></table>\n");
}

/* Of a workflow whose events could not be read, the row that its starter left. */
static void put_unread(struct tsk_text *page, const struct receipt_workflow *one)
{
	struct tsk_call *call = page->call;

	tsk_text_add(page, "<section class=\"workflow\"><h3>");
	tsk_html_text(page, receipt_text(call, one->row, "workflow_id"));
	tsk_text_add(page, "</h3>\n<p class=\"sub\">");
	tsk_html_status(page, receipt_text(call, one->row, "status"));
	tsk_text_add(page, " ");
	tsk_html_text(page, receipt_text(call, one->row, "workflow_type"));
	tsk_text_add(page, "</p>\n<dl class=\"facts\">\n");
	put_fact(page, "run", receipt_text(call, one->row, "run_id"));
	put_fact(page, "its events were not read", one->problem ? one->problem : "interrupted");
	tsk_text_add(page, "</dl>\n</section>\n");
}

static void put_workflows(struct tsk_text *page, const struct receipt *receipt)
{
	const char *run = "";

	if (!receipt->workflow_count)
		return;
	tsk_text_add(page, "<h2>Workflows</h2>\n");
	for (size_t i = 0; i < receipt->workflow_count; i++) {
		const struct receipt_workflow *one = &receipt->workflows[i];
		if (strcmp(run, one->run) != 0) {
			tsk_text_add(page, "<p class=\"run\">run ");
			tsk_html_text(page, one->run);
			tsk_text_add(page, "</p>\n");
		}
		run = one->run;
		if (one->timeline)
			tsk_html_timeline(page, tsk_format(page->call, "w%zu", i + 1),
					  one->timeline,
					  receipt_text(page->call, one->row, "link"));
		else
			put_unread(page, one);
	}
}

static void put_log(struct tsk_text *page, const struct receipt_log *log, bool open)
{
	const char *tail = receipt_tail(log->text, LOG_LIMIT);

	tsk_text_format(page, "<details class=\"log\"%s><summary>", open ? " open" : "");
	tsk_html_text(page, log->title);
	if (log->errors.count)
		tsk_text_format(page, ", %zu line%s of errors", log->errors.count,
				log->errors.count == 1 ? "" : "s");
	tsk_text_add(page, "</summary>\n");
	if (*log->path) {
		tsk_text_add(page, tail == log->text ? "<p class=\"sub\">"
						     : "<p class=\"sub\">the end of ");
		tsk_html_text(page, log->path);
		tsk_text_add(page, "</p>\n");
	}
	tsk_html_block(page, tail);
	tsk_text_add(page, "</details>\n");
}

void receipt_html(struct tsk_text *page, const struct receipt *receipt)
{
	tsk_html_begin(page, tsk_format(page->call, "%s: %s",
					receipt_text(page->call, receipt->result, "project"),
					receipt->verdict));
	put_head(page, receipt);
	put_steps(page, cJSON_GetObjectItemCaseSensitive(receipt->result, "steps"));
	put_workflows(page, receipt);
	if (receipt->log_count)
		tsk_text_add(page, "<h2>Logs</h2>\n");
	/* Of a failure, what tells of it: errors, or all there is where it came to no workflow. */
	for (size_t i = 0; i < receipt->log_count; i++)
		put_log(page, &receipt->logs[i],
			strcmp(receipt->verdict, "passed") != 0 &&
				(receipt->logs[i].errors.count || !receipt->workflow_count));
	tsk_html_end(page);
}
