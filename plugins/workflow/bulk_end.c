/* Ending many workflows: by a batch operation of the server, or one by one. */
#include "bulk.h"

#include <string.h>

/* The batch runs in the server and tells its progress only when asked. */
#define BATCH_ASK_MS    100
#define BATCH_WITHIN_MS 300000

/* Of a server that goes away meanwhile: a restart takes less. The batch goes on without us. */
#define PATIENCE_MS     30000

static void set_all(struct selection *selection, enum tsk_status status, const char *message)
{
	for (size_t i = 0; i < selection->count; i++) {
		selection->statuses[i] = status;
		selection->messages[i] = message;
	}
}

static enum tsk_status say_goes_on(struct tsk_call *call, const struct bulk_options *o,
				   const char *job, const struct tsk_batch *batch)
{
	tsk_forget_error(call);
	tsk_hint(call, "temporal-skill bulk-cancel-workflows%s --dry-run",
		 selector_flags(call, &o->selector));
	return tsk_fail(
		call, TSK_TIMEOUT,
		"the batch '%s' is not done yet, and goes on in the server: %lld of %lld done", job,
		(long long)batch->done, (long long)batch->total);
}

/* The last answer to a question about the batch still holds where the next one is lost. */
static enum tsk_status await_batch(struct tsk_call *call, const struct bulk_options *o,
				   const char *job)
{
	int64_t deadline = tsk_deadline(call, BATCH_WITHIN_MS);
	struct tsk_absence absence = { .since_ms = 0 };
	struct tsk_batch batch = { .state = "RUNNING" }, now;

	for (;;) {
		enum tsk_status status = tsk_batch_ask(call, job, &now);
		if (status == TSK_OK) {
			batch = now;
			tsk_server_is_back(&absence);
			tsk_progress(call, "batch %s: %lld of %lld done", batch.state,
				     (long long)batch.done, (long long)batch.total);
			if (strcmp(batch.state, "RUNNING") != 0)
				return TSK_OK;
			if (tsk_now_ms() < deadline)
				status = tsk_wait(call, NULL, 0, tsk_now_ms() + BATCH_ASK_MS);
			if (status == TSK_INTERRUPTED)
				return status;
		} else {
			int64_t patience =
				(absence.since_ms ? absence.since_ms : tsk_now_ms()) + PATIENCE_MS;
			status = tsk_ride_out(call, &absence,
					      patience < deadline ? patience : deadline);
			if (status == TSK_TIMEOUT && tsk_now_ms() < deadline)
				return tsk_fail(call, TSK_UNAVAILABLE,
						"the batch '%s' goes on in the server, %lld of "
						"%lld were done; %s",
						job, (long long)batch.done, (long long)batch.total,
						tsk_absence_text(call, &absence));
			if (status != TSK_OK && status != TSK_TIMEOUT)
				return status;
		}
		if (tsk_now_ms() >= deadline)
			return say_goes_on(call, o, job, &batch);
	}
}

static enum tsk_status run_batch(struct tsk_call *call, const struct bulk_options *o,
				 struct selection *selection)
{
	const char *query = running_query(call, o->selector.query);
	const char *job = "";
	enum tsk_status status = tsk_batch_start(call, query, o->terminate, o->reason, &job);

	if (*job) {
		tsk_set(tsk_result(call), "batch_job_id", job);
		set_all(selection, TSK_TIMEOUT, "left to a batch operation of the server");
	}
	return status ? status : await_batch(call, o, job);
}

/* What the batch did to each: the server counts, but does not name them. */
static enum tsk_status read_outcomes(struct tsk_call *call, struct selection *selection,
				     bool terminate)
{
	const struct tsk_workflow **now = tsk_alloc(call, (selection->count + 1) * sizeof(*now));
	enum tsk_status *found = tsk_alloc(call, (selection->count + 1) * sizeof(*found));

	if (tsk_describe_workflows(call, selection->ids, selection->run_ids, selection->count, now,
				   found))
		return tsk_error(call);
	for (size_t i = 0; i < selection->count; i++) {
		bool open = now[i] && now[i]->status == TSK_WORKFLOW_RUNNING;
		bool done = now[i] && (!open || (!terminate && now[i]->cancel_requested));
		selection->statuses[i] = done ? TSK_OK : TSK_NEGATIVE;
		selection->messages[i] = done ? "" : "the batch operation left it out";
	}
	return TSK_OK;
}

/* Ids in a file may be of workflows that are not there, or have ended. */
enum tsk_status bulk_find_unfit(struct tsk_call *call, struct selection *selection)
{
	const struct tsk_workflow **now = tsk_alloc(call, (selection->count + 1) * sizeof(*now));

	if (tsk_describe_workflows(call, selection->ids, NULL, selection->count, now,
				   selection->statuses))
		return tsk_error(call);
	for (size_t i = 0; i < selection->count; i++) {
		if (now[i] && now[i]->closed_at) {
			selection->statuses[i] = TSK_NEGATIVE;
			selection->messages[i] =
				tsk_format(call, "it is closed already: %s",
					   tsk_workflow_status_name(now[i]->status));
		} else if (!now[i]) {
			selection->messages[i] =
				selection->statuses[i] == TSK_NOT_FOUND
					? tsk_format(call, "no workflow '%s' in namespace '%s'",
						     selection->ids[i],
						     tsk_setting(call, TSK_SETTING_NAMESPACE))
					: "the server did not describe it";
		}
	}
	return TSK_OK;
}

/* The server accepts the request for a workflow that has ended, and nothing comes of it. */
static enum tsk_status cancel_open(struct tsk_call *call, const struct bulk_options *o,
				   struct selection *selection)
{
	size_t room = selection->count + 1, count = 0;
	const char **ids = tsk_alloc(call, room * sizeof(*ids));
	const char **messages = tsk_alloc(call, room * sizeof(*messages));
	enum tsk_status *found = tsk_alloc(call, room * sizeof(*found));
	size_t *places = tsk_alloc(call, room * sizeof(*places));

	if (bulk_find_unfit(call, selection)) {
		set_all(selection, TSK_INTERRUPTED, "not sent");
		return tsk_error(call);
	}
	for (size_t i = 0; i < selection->count; i++) {
		if (selection->statuses[i] != TSK_OK)
			continue;
		ids[count] = selection->ids[i];
		places[count++] = i;
	}
	if (count)
		tsk_end_workflows(call, ids, NULL, count, false, o->reason, found, messages);
	for (size_t i = 0; i < count; i++) {
		selection->statuses[places[i]] = found[i];
		selection->messages[places[i]] = messages[i];
	}
	return tsk_error(call);
}

enum tsk_status bulk_end(struct tsk_call *call, const struct bulk_options *o,
			 struct selection *selection)
{
	set_all(selection, TSK_INTERRUPTED, "not sent");
	/* The batch takes what the query matches at that moment, without a limit. */
	if (o->selector.query && !selection->more) {
		if (run_batch(call, o, selection))
			return tsk_error(call);
		return read_outcomes(call, selection, o->terminate);
	}
	if (o->selector.ids_file && !o->terminate)
		return cancel_open(call, o, selection);
	return tsk_end_workflows(call, selection->ids, selection->run_ids, selection->count,
				 o->terminate, o->reason, selection->statuses, selection->messages);
}
