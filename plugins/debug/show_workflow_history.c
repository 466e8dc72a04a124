/* show-workflow-history: the events of one run, each on a line that says what matters of it. */
#include "output_file.h"

#include <temporal-skill/process.h>
#include <temporal-skill/timeline.h>

struct history_options {
	const char *workflow_id;
	const char *run_id;
	int64_t limit;
	bool reverse;
	const char *html;
};

#define AT(field) .at = offsetof(struct history_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct history_options),
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(limit),
	  .argument = "N",
	  .minimum = 1,
	  .maximum = 1000000,
	  .help = "at most this many events",
	  .fallback = "1000000" },
	{ .name = "reverse", .type = TSK_FLAG, AT(reverse), .help = "newest first" },
	{ .name = "html",
	  .type = TSK_STRING,
	  AT(html),
	  .argument = "FILE",
	  .help = "also write a page with the timeline, to be opened in a browser" },
	{ 0 },
};

/* A timeline goes forward. */
static struct tsk_history oldest_first(struct tsk_call *call, const struct tsk_history *history,
				       bool reverse)
{
	struct tsk_event *events = tsk_alloc(call, history->count * sizeof(*events));

	if (!reverse)
		return *history;
	for (size_t i = 0; i < history->count; i++)
		events[i] = history->events[history->count - 1 - i];
	/* What the limit cut off lies before these, so that their end is the run's. */
	return (struct tsk_history){ .events = events, .count = history->count };
}

static enum tsk_status write_page(struct tsk_call *call, const struct history_options *o,
				  const struct tsk_workflow *workflow,
				  const struct tsk_history *history)
{
	struct tsk_history forward = oldest_first(call, history, o->reverse);
	struct tsk_text page = { .call = call };

	tsk_html_begin(&page, workflow->workflow_id);
	tsk_text_add(&page, "<h1>Workflow history</h1>\n<p class=\"lead\">");
	tsk_html_text(&page, tsk_format(call, "%s of %lld events of namespace %s at %s, seen %s",
					tsk_format(call, "%zu", history->count),
					(long long)workflow->history_length,
					tsk_setting(call, TSK_SETTING_NAMESPACE),
					tsk_setting(call, TSK_SETTING_ADDRESS),
					tsk_time_text(call, tsk_wall_ns())));
	tsk_text_add(&page, "</p>\n");
	tsk_html_timeline(&page, "w1", tsk_timeline(call, workflow, &forward, tsk_wall_ns()),
			  tsk_workflow_link(call, workflow->workflow_id, workflow->run_id));
	tsk_html_end(&page);
	tsk_set(tsk_result(call), "html", o->html);
	return tsk_file_write(call, o->html, page.bytes, page.size);
}

static enum tsk_status show_workflow_history(struct tsk_call *call, const void *given)
{
	const struct history_options *o = given;
	const struct tsk_workflow *workflow = NULL;
	struct tsk_history history = { .count = 0 };
	enum tsk_status (*read)(struct tsk_call *, const char *, const char *, size_t,
				struct tsk_history *) =
		o->reverse ? tsk_history_backward : tsk_history_forward;

	if (check_output_file(call, o->html) ||
	    tsk_describe_workflow(call, o->workflow_id, o->run_id, &workflow) ||
	    read(call, workflow->workflow_id, workflow->run_id, (size_t)o->limit, &history))
		return tsk_error(call);
	tsk_set(tsk_result(call), "workflow_id", workflow->workflow_id);
	tsk_set(tsk_result(call), "run_id", workflow->run_id);
	tsk_set(tsk_result(call), "workflow_type", workflow->type);
	tsk_set(tsk_result(call), "status", tsk_workflow_status_name(workflow->status));
	cJSON *events = tsk_set_list(tsk_result(call), "events");
	for (size_t i = 0; i < history.count; i++)
		tsk_event_say(call, events, &history.events[i], workflow->started_at);
	if (o->html && write_page(call, o, workflow, &history))
		return tsk_error(call);
	tsk_verdict(call, "ok", "'%s' (%s) %s, %lld events%s", workflow->workflow_id,
		    workflow->type, tsk_workflow_status_name(workflow->status),
		    (long long)workflow->history_length,
		    history.more ? tsk_format(call, ", %zu shown", history.count) : "");
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "run_id" },
	{ .path = "html", .label = "page" },
	{ .path = "events", .label = "", .columns = "id after type detail" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill show-workflow-history -w order-17",
	"temporal-skill show-workflow-history -w order-17 --reverse --limit 10 -o jsonl",
	"temporal-skill show-workflow-history -w order-17 --html order-17.html --quiet",
	NULL,
};

const struct tsk_command show_workflow_history_command = {
	.name = "show-workflow-history",
	.summary = "show the events of a workflow",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct history_options),
	.views = views,
	.rows = "events",
	.run = show_workflow_history,
};
