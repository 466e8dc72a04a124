/* libFuzzer: symptoms of every kind, put together from the input, and their diagnosis. */
#include "fuzz.h"

#include "output/output.h"

#include <temporal-skill/diagnosis.h>

#define NOW         INT64_C(1800000000000000000)
#define SECOND      INT64_C(1000000000)

/* So many of each make the difference, more only cost time. */
#define EVENTS_MOST 40
#define OTHERS_MOST 4
#define LINKS_MOST  5

struct making {
	struct tsk_call *call;
	struct fuzz_input input;
};

/* ---- words ---- */

/* What the classifier looks for, so that the input need not invent it. */
static const char *const words[] = {
	"",
	NULL,
	"order-17",
	"orders",
	"Order",
	"charge",
	"100@elsewhere",
	"NotFoundError",
	"_DeadlockError",
	"RestrictedWorkflowAccessError",
	"_NondeterminismError",
	"ApplicationError",
	"KeyError",
	"RuntimeError",
	"TIMEOUT_TYPE_START_TO_CLOSE",
	"TIMEOUT_TYPE_SCHEDULE_TO_CLOSE",
	"TIMEOUT_TYPE_SCHEDULE_TO_START",
	"TIMEOUT_TYPE_HEARTBEAT",
	"RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED",
	"RETRY_STATE_NON_RETRYABLE_FAILURE",
	"WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE",
	"WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
	"WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES",
	"WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE",
	"WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW",
	"WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND",
	"[TMPRL1100] Nondeterminism error",
	"[TMPRL1101] Potential deadlock detected",
	"Workflow class Order is not registered on this worker, available workflows: Other",
	"Activity function charge is not registered on this worker, available activities: other",
	"Cannot access open.__call__ from inside a workflow",
	"Failed decoding arguments",
	"Encoded failure",
	"Traceback (most recent call last):\n  File \"/app/workflow.py\", line 17, in run\n    x\n",
	"category=WorkflowTaskFailed",
	"update_greeting,approve",
	"*",
	"{\"status\":\"error\"}",
	"\"Error: no\"",
};

static const char *text(struct making *making)
{
	const unsigned count = sizeof(words) / sizeof(*words);
	unsigned which = fuzz_byte(&making->input);

	return which < count ? words[which] : fuzz_text(making->call, &making->input);
}

static const char *some_text(struct making *making)
{
	const char *chosen = text(making);

	return chosen ? chosen : "";
}

/* Around now, in steps of seconds, hours and years; 0 is never. */
static int64_t some_time(struct making *making)
{
	static const int64_t steps[] = { SECOND, 60 * SECOND, 86400 * SECOND, SECOND / 10 };
	unsigned byte = fuzz_byte(&making->input);

	return byte ? NOW + ((int64_t)byte - 200) * steps[byte & 3] : 0;
}

/* Milliseconds, none to a century: longer ones do not come from the wire. */
static int64_t some_duration(struct making *making)
{
	unsigned byte = fuzz_byte(&making->input);

	return byte < 40 ? (int64_t)byte * 1000 : INT64_C(4500000000000) >> (byte % 40);
}

static size_t some_count(struct making *making, size_t most)
{
	return fuzz_byte(&making->input) % (most + 1);
}

static bool some_flag(struct making *making)
{
	return fuzz_byte(&making->input) & 1;
}

static struct tsk_strings some_texts(struct making *making)
{
	size_t count = some_count(making, OTHERS_MOST);
	const char **items = tsk_alloc(making->call, (count + 1) * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = some_text(making);
	return (struct tsk_strings){ .items = count ? items : NULL, .count = count };
}

/* ---- failures and events ---- */

static struct tsk_failure *one_failure(struct making *making)
{
	struct tsk_failure *made = tsk_alloc(making->call, sizeof(*made));

	*made = (struct tsk_failure){
		.kind = (enum tsk_failure_kind)(fuzz_byte(&making->input) %
						(TSK_FAILURE_NEXUS + 1)),
		.message = some_text(making),
		.type = some_text(making),
		.source = "PythonSDK",
		.stack_trace = some_text(making),
		.non_retryable = some_flag(making),
		.timeout_type = some_text(making),
		.retry_state = some_text(making),
		.activity_type = some_text(making),
		.activity_id = "5",
		.workflow_type = "Order",
		.workflow_id = some_text(making),
		.run_id = "run",
		.identity = some_text(making),
		.encoded = some_flag(making),
	};
	return made;
}

static const struct tsk_failure *some_failure(struct making *making)
{
	size_t links = some_count(making, LINKS_MOST);
	struct tsk_failure *outermost = NULL, *outer = NULL;

	for (size_t i = 0; i < links; i++) {
		struct tsk_failure *link = one_failure(making);

		link->outer = outer;
		if (outer)
			outer->cause = link;
		else
			outermost = link;
		outer = link;
	}
	return outermost;
}

static struct tsk_event some_event(struct making *making, int64_t id)
{
	int type = (int)(fuzz_byte(&making->input) % 60);

	return (struct tsk_event){
		.id = id,
		.at = some_time(making),
		.type = type,
		.type_name = tsk_event_type_name(type),
		.identity = some_text(making),
		.scheduled_event_id = (int64_t)some_count(making, EVENTS_MOST),
		.started_event_id = (int64_t)some_count(making, EVENTS_MOST),
		.initiated_event_id = (int64_t)some_count(making, EVENTS_MOST),
		.attempt = (int)fuzz_byte(&making->input),
		.request_id = "",
		.task_queue = some_text(making),
		.workflow_id = some_text(making),
		.run_id = "",
		.workflow_type = some_text(making),
		.new_run_id = some_text(making),
		.first_run_id = "",
		.parent_workflow_id = "",
		.activity_id = some_text(making),
		.activity_type = some_text(making),
		.timer_id = some_text(making),
		.timer_ms = some_duration(making),
		.signal_name = some_text(making),
		.update_name = "",
		.update_id = "",
		.reason = some_text(making),
		.cause = some_text(making),
		.timeout_type = some_text(making),
		.retry_state = some_text(making),
		.binary_checksum = "",
		.start_to_close_ms = some_duration(making),
		.heartbeat_ms = some_duration(making),
		.failure = some_failure(making),
	};
}

static struct tsk_history some_history(struct making *making)
{
	size_t count = some_count(making, EVENTS_MOST);
	struct tsk_event *events = tsk_alloc(making->call, count * sizeof(*events));

	for (size_t i = 0; i < count; i++)
		events[i] = some_event(making, (int64_t)(count - i));
	return (struct tsk_history){ .events = events, .count = count, .more = some_flag(making) };
}

/* ---- the workflow and who works for it ---- */

static const struct tsk_pending_activity *some_activities(struct making *making, size_t *count)
{
	struct tsk_pending_activity *made;

	*count = some_count(making, OTHERS_MOST);
	made = tsk_alloc(making->call, *count * sizeof(*made));
	for (size_t i = 0; i < *count; i++)
		made[i] = (struct tsk_pending_activity){
			.id = some_text(making),
			.type = some_text(making),
			.task_queue = some_text(making),
			.state = (enum tsk_pending_activity_state)some_count(making, 5),
			.paused = some_flag(making),
			.attempt = (int)fuzz_byte(&making->input),
			.maximum_attempts = (int)fuzz_byte(&making->input),
			.scheduled_at = some_time(making),
			.last_started_at = some_time(making),
			.last_heartbeat_at = some_time(making),
			.next_attempt_at = some_time(making),
			.expires_at = some_time(making),
			.last_completed_at = some_time(making),
			.last_worker_identity = some_text(making),
			.last_failure = some_failure(making),
		};
	return made;
}

static const struct tsk_pending_child *some_children(struct making *making, size_t *count)
{
	struct tsk_pending_child *made;

	*count = some_count(making, OTHERS_MOST);
	made = tsk_alloc(making->call, *count * sizeof(*made));
	for (size_t i = 0; i < *count; i++)
		made[i] = (struct tsk_pending_child){ some_text(making), "run", some_text(making) };
	return made;
}

static const struct tsk_workflow *some_workflow(struct making *making)
{
	struct tsk_workflow *made = tsk_alloc(making->call, sizeof(*made));

	*made = (struct tsk_workflow){
		.workflow_id = some_text(making),
		.run_id = "run",
		.type = some_text(making),
		.task_queue = some_text(making),
		.status = (enum tsk_workflow_status)some_count(making, TSK_WORKFLOW_PAUSED),
		.started_at = some_time(making),
		.closed_at = some_time(making),
		.execution_at = some_time(making),
		.history_length = (int64_t)fuzz_byte(&making->input),
		.parent_workflow_id = some_text(making),
		.parent_run_id = "",
		.first_run_id = "",
		.cancel_requested = some_flag(making),
		.cron = some_text(making),
		.reported_problems = some_texts(making),
		.pending_task = { .present = some_flag(making),
				  .started = some_flag(making),
				  .attempt = (int)fuzz_byte(&making->input),
				  .scheduled_at = some_time(making),
				  .original_scheduled_at = some_time(making),
				  .started_at = some_time(making) },
		.pending_nexus_count = some_count(making, 1),
		.execution_timeout = some_duration(making),
		.run_timeout = some_duration(making),
		.task_timeout = some_duration(making),
	};
	made->pending_activities = some_activities(making, &made->pending_activity_count);
	made->pending_children = some_children(making, &made->pending_child_count);
	return made;
}

static const struct tsk_poller *some_pollers(struct making *making, size_t *count)
{
	struct tsk_poller *made;

	*count = some_count(making, OTHERS_MOST);
	made = tsk_alloc(making->call, *count * sizeof(*made));
	for (size_t i = 0; i < *count; i++)
		made[i] = (struct tsk_poller){ .identity = some_text(making),
					       .last_access_at = some_time(making) };
	return made;
}

static const struct tsk_symptom_worker *some_workers(struct making *making, size_t *count)
{
	struct tsk_symptom_worker *made;

	*count = some_count(making, OTHERS_MOST);
	made = tsk_alloc(making->call, *count * sizeof(*made));
	for (size_t i = 0; i < *count; i++)
		made[i] = (struct tsk_symptom_worker){
			.pid = (int)fuzz_byte(&making->input),
			.alive = some_flag(making),
			.project = some_text(making),
			.project_dir = some_text(making),
			.task_queues = text(making),
			.started_at = some_time(making),
			.stale_files = some_texts(making),
			.of_this_project = some_flag(making),
			.tracked = some_flag(making),
			.stopped = some_flag(making),
			.connected = some_flag(making),
		};
	return made;
}

static const struct tsk_handlers *some_handlers(struct making *making)
{
	struct tsk_handlers *made = tsk_alloc(making->call, sizeof(*made));

	if (some_flag(making))
		return NULL;
	*made = (struct tsk_handlers){ .workflow_type = some_text(making),
				       .current_details = some_text(making),
				       .signals = some_texts(making),
				       .queries = some_texts(making),
				       .updates = some_texts(making) };
	return made;
}

static const char *some_json(struct making *making)
{
	const char *json = text(making);
	size_t offset;

	return json && tsk_json_check(json, strlen(json), &offset) ? json : NULL;
}

static struct tsk_symptoms some_symptoms(struct making *making)
{
	struct tsk_symptoms made = {
		.now = NOW,
		.workflow = some_workflow(making),
		.newest = some_history(making),
		.workflow_pollers_known = some_flag(making),
		.activity_pollers_known = some_flag(making),
		.activity_task_queue = text(making),
		.worker_log_tail = text(making),
		.worker_log = text(making),
		.handlers = some_handlers(making),
		.result_json = some_json(making),
		.server_is_ours = some_flag(making),
	};

	made.workflow_pollers = some_pollers(making, &made.workflow_poller_count);
	made.activity_pollers = some_pollers(making, &made.activity_poller_count);
	made.workers = some_workers(making, &made.worker_count);
	return made;
}

/* ---- the diagnosis ---- */

static void require_lines(const struct tsk_strings *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		require(lines->items[i] != NULL);
}

static void look_at(const struct tsk_diagnosis *diagnosis)
{
	const struct tsk_root_cause *cause = &diagnosis->root_cause;

	require(*tsk_verdict_name(diagnosis->verdict) && *diagnosis->headline);
	require(!diagnosis->stalled || tsk_verdict_is_stalled(diagnosis->verdict));
	require(!(diagnosis->stalled && diagnosis->recovering));
	require(cause->type && cause->message && cause->location && cause->stack_trace);
	require_lines(&diagnosis->evidence);
	require_lines(&diagnosis->recovery);
	require_lines(&diagnosis->next);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct making making = { fuzz_begin(&world), { bytes, size } };
	struct tsk_call *call = making.call;
	struct tsk_symptoms symptoms = some_symptoms(&making);
	struct tsk_diagnosis diagnosis = { .attempts = 0 }, again = { .attempts = 0 };
	struct tsk_symptoms parent = symptoms;
	size_t offset;

	tsk_classify(call, &symptoms, &diagnosis);
	look_at(&diagnosis);
	tsk_classify(call, &symptoms, &again);
	require(diagnosis.verdict == again.verdict && !strcmp(diagnosis.headline, again.headline));
	/* The same, as the child of one like it. */
	parent.child_workflow = symptoms.workflow;
	parent.child = &again;
	tsk_classify(call, &parent, &diagnosis);
	look_at(&diagnosis);
	tsk_diagnosis_say(call, symptoms.workflow, &diagnosis);
	char *json = output_json(call);
	require(json && tsk_json_check(json, strlen(json), &offset));
	require(*output_text(call));
	free(json);
	fuzz_end(&world);
	return 0;
}
