/* interact: talk to a workflow; signal, update or query is chosen by the handlers that the workflow
 * itself lists. */
#include "handlers.h"

#include <string.h>

struct interact_options {
	const char *workflow_id;
	const char *run_id;
	const char *name, *signal_name, *update_name, *query_name;
	const char *data;
	int64_t timeout;
};

#define AT(field) .at = offsetof(struct interact_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct interact_options),
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of a signal, update or query, as the workflow lists them" },
	{ .name = "signal-name",
	  .type = TSK_STRING,
	  AT(signal_name),
	  .argument = "NAME",
	  .help = "of a signal" },
	{ .name = "update-name",
	  .type = TSK_STRING,
	  AT(update_name),
	  .argument = "NAME",
	  .help = "of an update" },
	{ .name = "query-name",
	  .type = TSK_STRING,
	  AT(query_name),
	  .argument = "NAME",
	  .help = "of a query" },
	{ .name = "data",
	  .letter = 'd',
	  .type = TSK_JSON,
	  AT(data),
	  .argument = "JSON|@FILE|-",
	  .help = "its argument" },
	{ .name = "input",
	  .letter = 'i',
	  .type = TSK_JSON,
	  AT(data),
	  .argument = "JSON|@FILE|-",
	  .help = "the same" },
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long to wait for an answer",
	  .fallback = "20" },
	{ 0 },
};

static void say_names(cJSON *object, const char *key, const struct tsk_strings *names)
{
	cJSON *list = tsk_set_list(object, key);

	for (size_t i = 0; i < names->count; i++)
		tsk_append(list, names->items[i]);
}

/* Without a name: what can be said to this workflow. */
static enum tsk_status say_handlers(struct tsk_call *call, const struct interact_options *o)
{
	struct tsk_handlers handlers = { .workflow_type = "" };
	const char *id = tsk_quote(call, o->workflow_id);
	cJSON *result = tsk_result(call);

	if (tsk_workflow_handlers(call, o->workflow_id, o->run_id, o->timeout, &handlers)) {
		tsk_hint(call, "temporal-skill diagnose -w %s", id);
		return tsk_error(call);
	}
	tsk_set(result, "workflow_id", o->workflow_id);
	say_names(result, "signals", &handlers.signals);
	say_names(result, "updates", &handlers.updates);
	say_names(result, "queries", &handlers.queries);
	tsk_verdict(call, "handlers", "'%s' handles %s, %s and %s", o->workflow_id,
		    tsk_count_text(call, (int64_t)handlers.signals.count, "signal"),
		    tsk_count_text(call, (int64_t)handlers.updates.count, "update"),
		    tsk_count_text(call, (int64_t)handlers.queries.count, "query"));
	/* A query first: it changes nothing, and so may be pasted without a thought. */
	if (handlers.queries.count)
		tsk_next(call, "temporal-skill interact -w %s --name %s", id,
			 tsk_quote(call, handlers.queries.items[0]));
	else if (handlers.signals.count)
		tsk_next(call, "temporal-skill interact -w %s --name %s", id,
			 tsk_quote(call, handlers.signals.items[0]));
	return TSK_OK;
}

static enum tsk_status unknown_name(struct tsk_call *call, const struct interact_options *o,
				    const struct tsk_handlers *handlers)
{
	const struct tsk_strings *lists[] = { &handlers->signals, &handlers->updates,
					      &handlers->queries };
	size_t count = 0;
	const char **names = tsk_alloc(call, (handlers->signals.count + handlers->updates.count +
					      handlers->queries.count + 1) *
						     sizeof(*names));

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			names[count++] = lists[i]->items[j];
	struct tsk_strings all = { names, count };
	return no_handler(call, o->workflow_id, "signal, update or query", o->name, &all);
}

/* By name alone: the workflow says what it is. A query first where there are two: it changes
 * nothing. */
static enum tsk_status send_by_name(struct tsk_call *call, const struct interact_options *o)
{
	struct tsk_handlers handlers = { .workflow_type = "" };

	if (!ask_handlers(call, o->workflow_id, o->run_id, &handlers)) {
		if (tsk_error(call))
			return tsk_error(call);
		tsk_hint(call, "temporal-skill interact -w %s --signal-name %s",
			 tsk_quote(call, o->workflow_id), tsk_quote(call, o->name));
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot ask '%s' whether '%s' is a signal, an update or a query",
				o->workflow_id, o->name);
	}
	if (lists_name(&handlers.queries, o->name))
		return send_query(call, o->workflow_id, o->run_id, o->name, o->data, o->timeout,
				  false);
	if (lists_name(&handlers.updates, o->name))
		return send_update(call, o->workflow_id, o->run_id, o->name, o->data, o->timeout);
	if (lists_name(&handlers.signals, o->name))
		return send_signal(call, o->workflow_id, o->run_id, o->name, o->data);
	return unknown_name(call, o, &handlers);
}

static enum tsk_status interact(struct tsk_call *call, const void *given)
{
	const struct interact_options *o = given;
	int names = !!o->name + !!o->signal_name + !!o->update_name + !!o->query_name;

	if (names > 1)
		return tsk_fail(call, TSK_USAGE, "'interact' takes one name, not %d", names);
	if (o->signal_name)
		return send_signal(call, o->workflow_id, o->run_id, o->signal_name, o->data);
	if (o->update_name)
		return send_update(call, o->workflow_id, o->run_id, o->update_name, o->data,
				   o->timeout);
	if (o->query_name)
		return send_query(call, o->workflow_id, o->run_id, o->query_name, o->data,
				  o->timeout, false);
	return o->name ? send_by_name(call, o) : say_handlers(call, o);
}

static const struct tsk_view views[] = {
	{ .path = "answer" },  { .path = "root_cause.location", .label = "at" },
	{ .path = "signals" }, { .path = "updates" },
	{ .path = "queries" }, { 0 },
};

static const char *const examples[] = {
	"temporal-skill interact --workflow-id order-17 --signal-name approval --data "
	"'{\"approved\": true}'",
	"temporal-skill interact -w order-17 --name get_status",
	"temporal-skill interact -w order-17",
	NULL,
};

const struct tsk_command interact_command = {
	.name = "interact",
	.summary = "signal, update or query a workflow, whichever it handles; without a name, list "
		   "them",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct interact_options),
	.views = views,
	.run = interact,
};
