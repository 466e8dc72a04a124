/* Messages to a workflow, checked against the handlers that it lists. */
#include "handlers.h"

#include <string.h>

/* A workflow with a worker answers in 8 ms; without one it never does. */
#define HANDLERS_MS 1000

bool lists_name(const struct tsk_strings *names, const char *name)
{
	/* "*" is a dynamic handler, which takes every name. */
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], "*") || !strcmp(names->items[i], name))
			return true;
	return false;
}

const char *names_text(struct tsk_call *call, const struct tsk_strings *names)
{
	return names->count ? tsk_join(call, names, ", ") : "none";
}

bool ask_handlers(struct tsk_call *call, const char *workflow_id, const char *run_id,
		  struct tsk_handlers *handlers)
{
	bool failed_before = tsk_error(call) != TSK_OK;
	enum tsk_status status =
		tsk_workflow_handlers(call, workflow_id, run_id, HANDLERS_MS, handlers);

	if (status != TSK_OK && status != TSK_INTERRUPTED && status != TSK_NOT_FOUND &&
	    !failed_before)
		tsk_forget_error(call);
	/* An SDK that does not list its handlers gives empty lists: then nothing is known. */
	return status == TSK_OK &&
	       handlers->signals.count + handlers->queries.count + handlers->updates.count > 0;
}

enum tsk_status no_handler(struct tsk_call *call, const char *workflow_id, const char *kind,
			   const char *name, const struct tsk_strings *names)
{
	const char *nearest = names->count ? tsk_nearest(name, names->items) : NULL;

	if (nearest)
		return tsk_fail(call, TSK_NOT_FOUND,
				"'%s' has no %s '%s'; did you mean '%s'? It has: %s", workflow_id,
				kind, name, nearest, names_text(call, names));
	return tsk_fail(call, TSK_NOT_FOUND, "'%s' has no %s '%s'; it has: %s", workflow_id, kind,
			name, names_text(call, names));
}

static void say_message(struct tsk_call *call, const char *workflow_id, const char *kind,
			const char *name)
{
	tsk_set(tsk_result(call), "workflow_id", workflow_id);
	tsk_set(tsk_result(call), "kind", kind);
	tsk_set(tsk_result(call), "name", name);
}

enum tsk_status send_signal(struct tsk_call *call, const char *workflow_id, const char *run_id,
			    const char *name, const char *input)
{
	struct tsk_handlers handlers = { .workflow_type = "" };
	bool known = ask_handlers(call, workflow_id, run_id, &handlers);

	if (tsk_error(call))
		return tsk_error(call);
	if (known && !lists_name(&handlers.signals, name))
		return no_handler(call, workflow_id, "signal", name, &handlers.signals);
	if (tsk_signal_workflow(call, workflow_id, run_id, name, input))
		return tsk_error(call);
	say_message(call, workflow_id, "signal", name);
	tsk_verdict(call, "sent", "signal '%s' sent to '%s'%s", name, workflow_id,
		    known ? "" : "; whether it has a handler of that name could not be asked");
	tsk_next(call, "temporal-skill wait-for-workflow-status -w %s",
		 tsk_quote(call, workflow_id));
	return TSK_OK;
}

/* A query of an unknown name is answered by the worker with the names it knows; ours are shorter.
 */
static enum tsk_status explain_query(struct tsk_call *call, const char *workflow_id,
				     const char *run_id, const char *name)
{
	struct tsk_handlers handlers = { .workflow_type = "" };

	if (tsk_error(call) != TSK_NEGATIVE ||
	    !ask_handlers(call, workflow_id, run_id, &handlers) ||
	    lists_name(&handlers.queries, name))
		return tsk_error(call);
	tsk_forget_error(call);
	return no_handler(call, workflow_id, "query", name, &handlers.queries);
}

enum tsk_status send_query(struct tsk_call *call, const char *workflow_id, const char *run_id,
			   const char *name, const char *input, int64_t timeout_ms, bool raw)
{
	const char *answer = NULL;

	if (tsk_query_workflow(call, workflow_id, run_id, name, input, timeout_ms, &answer)) {
		if (tsk_error(call) == TSK_TIMEOUT)
			tsk_hint(call, "temporal-skill diagnose -w %s",
				 tsk_quote(call, workflow_id));
		return explain_query(call, workflow_id, run_id, name);
	}
	if (raw) {
		tsk_result_raw(call, tsk_format(call, "%s\n", answer), strlen(answer) + 1);
		return TSK_OK;
	}
	say_message(call, workflow_id, "query", name);
	tsk_set_json(tsk_result(call), "answer", answer);
	tsk_verdict(call, "answered", "query '%s' answered by '%s'", name, workflow_id);
	return TSK_OK;
}

static void say_update(struct tsk_call *call, const char *workflow_id, const char *name,
		       const struct tsk_update *update)
{
	tsk_set(tsk_result(call), "update_id", update->update_id);
	if (update->failure) {
		const struct tsk_failure *root = tsk_failure_root(update->failure);
		say_root_cause(call, tsk_result(call), update->failure);
		tsk_verdict(call, update->rejected ? "rejected" : "failed",
			    "update '%s' of '%s' %s: %s: %s", name, workflow_id,
			    update->rejected ? "was rejected" : "failed", tsk_failure_type(root),
			    root->message);
	} else if (update->completed) {
		tsk_set_json(tsk_result(call), "answer", update->json);
		tsk_verdict(call, "completed", "update '%s' of '%s' completed", name, workflow_id);
	} else {
		tsk_verdict(call, "accepted",
			    "update '%s' of '%s' was accepted, but has not completed", name,
			    workflow_id);
	}
}

enum tsk_status send_update(struct tsk_call *call, const char *workflow_id, const char *run_id,
			    const char *name, const char *input, int64_t timeout_ms)
{
	struct tsk_handlers handlers = { .workflow_type = "" };
	struct tsk_update update = { .update_id = "" };
	bool known = ask_handlers(call, workflow_id, run_id, &handlers);

	if (tsk_error(call))
		return tsk_error(call);
	if (known && !lists_name(&handlers.updates, name))
		return no_handler(call, workflow_id, "update", name, &handlers.updates);
	if (tsk_update_workflow(call, workflow_id, run_id, name, input,
				tsk_deadline(call, timeout_ms), &update)) {
		tsk_hint(call, "temporal-skill diagnose -w %s", tsk_quote(call, workflow_id));
		return tsk_error(call);
	}
	say_message(call, workflow_id, "update", name);
	say_update(call, workflow_id, name, &update);
	if (update.failure)
		return TSK_NEGATIVE;
	return update.completed ? TSK_OK : TSK_TIMEOUT;
}
