/* Which members of the symptoms are kept in JSON: what decides and what is told. */
#include "symptoms.h"

#define ROW(kind, type_, member, ...)                                                              \
	{                                                                                          \
		.name = #member, .type = FIELD_##type_, .at = offsetof(struct kind, member),       \
		__VA_ARGS__                                                                        \
	}
#define STRUCT(kind, type_, member, its) ROW(kind, type_, member, .shape = &its)
#define LIST(kind, member, count, its)                                                             \
	ROW(kind, LIST, member, .count_at = offsetof(struct kind, count), .shape = &its)
#define SHAPE(kind, its)                                                                           \
	{                                                                                          \
		.size = sizeof(struct kind), .fields = its                                         \
	}

static const struct shape failure_shape;

static const struct field failure_fields[] = {
	ROW(tsk_failure, INT, kind),
	ROW(tsk_failure, TEXT, message),
	ROW(tsk_failure, TEXT, type),
	ROW(tsk_failure, TEXT, source),
	ROW(tsk_failure, TEXT, stack_trace),
	ROW(tsk_failure, BOOL, non_retryable),
	ROW(tsk_failure, TEXT, timeout_type),
	ROW(tsk_failure, TEXT, retry_state),
	ROW(tsk_failure, TEXT, activity_type),
	ROW(tsk_failure, TEXT, activity_id),
	ROW(tsk_failure, TEXT, workflow_type),
	ROW(tsk_failure, TEXT, workflow_id),
	ROW(tsk_failure, TEXT, run_id),
	ROW(tsk_failure, IDENTITY, identity),
	ROW(tsk_failure, BOOL, encoded),
	ROW(tsk_failure, PAYLOADS, details),
	ROW(tsk_failure, TEXT, endpoint),
	ROW(tsk_failure, TEXT, service),
	ROW(tsk_failure, TEXT, operation),
	STRUCT(tsk_failure, CAUSE, cause, failure_shape),
	{ 0 },
};
static const struct shape failure_shape = SHAPE(tsk_failure, failure_fields);

/* ---- what is beside public structs ---- */

static const struct field pause_fields[] = {
	ROW(tsk_pause, LONG, at),
	ROW(tsk_pause, IDENTITY, identity),
	ROW(tsk_pause, TEXT, reason),
	ROW(tsk_pause, TEXT, rule),
	{ 0 },
};
static const struct shape pause_shape = SHAPE(tsk_pause, pause_fields);

static const struct field retry_fields[] = {
	ROW(tsk_retry_policy, LONG, initial_interval_ms),
	ROW(tsk_retry_policy, LONG, maximum_interval_ms),
	ROW(tsk_retry_policy, DOUBLE, backoff_coefficient),
	ROW(tsk_retry_policy, INT, maximum_attempts),
	ROW(tsk_retry_policy, STRINGS, non_retryable_types),
	{ 0 },
};
static const struct shape retry_shape = SHAPE(tsk_retry_policy, retry_fields);

static const struct field activity_more_fields[] = {
	STRUCT(tsk_pending_activity_more, EMBEDDED, pause, pause_shape),
	STRUCT(tsk_pending_activity_more, EMBEDDED, retry, retry_shape),
	ROW(tsk_pending_activity_more, PAYLOADS, heartbeat_details),
	ROW(tsk_pending_activity_more, LONG, start_to_close_ms),
	ROW(tsk_pending_activity_more, LONG, schedule_to_close_ms),
	ROW(tsk_pending_activity_more, LONG, schedule_to_start_ms),
	ROW(tsk_pending_activity_more, LONG, heartbeat_ms),
	{ 0 },
};
static const struct shape activity_more_shape =
	SHAPE(tsk_pending_activity_more, activity_more_fields);

static const struct field nexus_more_fields[] = {
	ROW(tsk_pending_nexus_more, TEXT, state),
	ROW(tsk_pending_nexus_more, LONG, scheduled_at),
	ROW(tsk_pending_nexus_more, LONG, schedule_to_close_ms),
	{ 0 },
};
static const struct shape nexus_more_shape = SHAPE(tsk_pending_nexus_more, nexus_more_fields);

static const struct field workflow_more_fields[] = {
	STRUCT(tsk_workflow_more, EMBEDDED, pause, pause_shape),
	ROW(tsk_workflow_more, TEXT, schedule_id),
	LIST(tsk_workflow_more, activities, activity_count, activity_more_shape),
	LIST(tsk_workflow_more, nexus, nexus_count, nexus_more_shape),
	{ 0 },
};
static const struct shape workflow_more_shape = SHAPE(tsk_workflow_more, workflow_more_fields);

static const struct field event_more_fields[] = {
	STRUCT(tsk_event_more, EMBEDDED, retry, retry_shape),
	ROW(tsk_event_more, TEXT, continued_run_id),
	ROW(tsk_event_more, TEXT, initiator),
	ROW(tsk_event_more, TEXT, cron),
	ROW(tsk_event_more, BOOL, suggests_continue_as_new),
	ROW(tsk_event_more, TEXT, parent_close_policy),
	ROW(tsk_event_more, TEXT, sticky_queue),
	{ 0 },
};
static const struct shape event_more_shape = SHAPE(tsk_event_more, event_more_fields);

/* ---- the structs ---- */

static const struct field activity_fields[] = {
	ROW(tsk_pending_activity, TEXT, id),
	ROW(tsk_pending_activity, TEXT, type),
	ROW(tsk_pending_activity, TEXT, task_queue),
	ROW(tsk_pending_activity, INT, state),
	ROW(tsk_pending_activity, BOOL, paused),
	ROW(tsk_pending_activity, INT, attempt),
	ROW(tsk_pending_activity, INT, maximum_attempts),
	ROW(tsk_pending_activity, LONG, scheduled_at),
	ROW(tsk_pending_activity, LONG, last_started_at),
	ROW(tsk_pending_activity, LONG, last_heartbeat_at),
	ROW(tsk_pending_activity, LONG, next_attempt_at),
	ROW(tsk_pending_activity, LONG, expires_at),
	ROW(tsk_pending_activity, LONG, last_completed_at),
	ROW(tsk_pending_activity, IDENTITY, last_worker_identity),
	STRUCT(tsk_pending_activity, OBJECT, last_failure, failure_shape),
	{ 0 },
};
static const struct shape activity_shape = SHAPE(tsk_pending_activity, activity_fields);

static const struct field task_fields[] = {
	ROW(tsk_pending_workflow_task, BOOL, present),
	ROW(tsk_pending_workflow_task, BOOL, started),
	ROW(tsk_pending_workflow_task, INT, attempt),
	ROW(tsk_pending_workflow_task, LONG, scheduled_at),
	ROW(tsk_pending_workflow_task, LONG, original_scheduled_at),
	ROW(tsk_pending_workflow_task, LONG, started_at),
	{ 0 },
};
static const struct shape task_shape = SHAPE(tsk_pending_workflow_task, task_fields);

static const struct field child_fields[] = {
	ROW(tsk_pending_child, TEXT, workflow_id),
	ROW(tsk_pending_child, TEXT, run_id),
	ROW(tsk_pending_child, TEXT, type),
	{ 0 },
};
static const struct shape child_shape = SHAPE(tsk_pending_child, child_fields);

static const struct field nexus_fields[] = {
	ROW(tsk_pending_nexus, TEXT, endpoint),
	ROW(tsk_pending_nexus, TEXT, service),
	ROW(tsk_pending_nexus, TEXT, operation),
	ROW(tsk_pending_nexus, TEXT, blocked_reason),
	ROW(tsk_pending_nexus, INT, attempt),
	ROW(tsk_pending_nexus, LONG, next_attempt_at),
	STRUCT(tsk_pending_nexus, OBJECT, last_failure, failure_shape),
	{ 0 },
};
static const struct shape nexus_shape = SHAPE(tsk_pending_nexus, nexus_fields);

static const struct field workflow_fields[] = {
	ROW(tsk_workflow, TEXT, workflow_id),
	ROW(tsk_workflow, TEXT, run_id),
	ROW(tsk_workflow, TEXT, type),
	ROW(tsk_workflow, TEXT, task_queue),
	ROW(tsk_workflow, INT, status),
	ROW(tsk_workflow, LONG, started_at),
	ROW(tsk_workflow, LONG, closed_at),
	ROW(tsk_workflow, LONG, execution_at),
	ROW(tsk_workflow, LONG, history_length),
	ROW(tsk_workflow, LONG, history_bytes),
	ROW(tsk_workflow, TEXT, parent_workflow_id),
	ROW(tsk_workflow, TEXT, parent_run_id),
	ROW(tsk_workflow, TEXT, first_run_id),
	ROW(tsk_workflow, BOOL, cancel_requested),
	STRUCT(tsk_workflow, BESIDE, more, workflow_more_shape),
	ROW(tsk_workflow, TEXT, cron),
	ROW(tsk_workflow, TEXT, pinned_version),
	ROW(tsk_workflow, STRINGS, reported_problems),
	STRUCT(tsk_workflow, EMBEDDED, pending_task, task_shape),
	LIST(tsk_workflow, pending_activities, pending_activity_count, activity_shape),
	LIST(tsk_workflow, pending_children, pending_child_count, child_shape),
	LIST(tsk_workflow, pending_nexus, pending_nexus_count, nexus_shape),
	ROW(tsk_workflow, LONG, execution_timeout),
	ROW(tsk_workflow, LONG, run_timeout),
	ROW(tsk_workflow, LONG, task_timeout),
	{ 0 },
};
static const struct shape workflow_shape = SHAPE(tsk_workflow, workflow_fields);

static const struct field event_fields[] = {
	ROW(tsk_event, LONG, id),
	ROW(tsk_event, LONG, at),
	ROW(tsk_event, INT, type),
	STRUCT(tsk_event, BESIDE, more, event_more_shape),
	ROW(tsk_event, TEXT, type_name),
	ROW(tsk_event, IDENTITY, identity),
	ROW(tsk_event, LONG, scheduled_event_id),
	ROW(tsk_event, LONG, started_event_id),
	ROW(tsk_event, LONG, initiated_event_id),
	ROW(tsk_event, LONG, completed_task_event_id),
	ROW(tsk_event, INT, attempt),
	ROW(tsk_event, TEXT, request_id),
	ROW(tsk_event, TEXT, task_queue),
	ROW(tsk_event, TEXT, workflow_id),
	ROW(tsk_event, TEXT, run_id),
	ROW(tsk_event, TEXT, workflow_type),
	ROW(tsk_event, TEXT, new_run_id),
	ROW(tsk_event, TEXT, first_run_id),
	ROW(tsk_event, TEXT, parent_workflow_id),
	ROW(tsk_event, TEXT, activity_id),
	ROW(tsk_event, TEXT, activity_type),
	ROW(tsk_event, TEXT, timer_id),
	ROW(tsk_event, LONG, timer_ms),
	ROW(tsk_event, TEXT, signal_name),
	ROW(tsk_event, TEXT, update_name),
	ROW(tsk_event, TEXT, update_id),
	ROW(tsk_event, TEXT, reason),
	ROW(tsk_event, TEXT, cause),
	ROW(tsk_event, TEXT, timeout_type),
	ROW(tsk_event, TEXT, retry_state),
	ROW(tsk_event, TEXT, binary_checksum),
	ROW(tsk_event, LONG, start_to_close_ms),
	ROW(tsk_event, LONG, schedule_to_close_ms),
	ROW(tsk_event, LONG, schedule_to_start_ms),
	ROW(tsk_event, LONG, heartbeat_ms),
	ROW(tsk_event, LONG, execution_timeout_ms),
	ROW(tsk_event, LONG, run_timeout_ms),
	ROW(tsk_event, LONG, first_task_backoff_ms),
	ROW(tsk_event, INT, maximum_attempts),
	STRUCT(tsk_event, OBJECT, failure, failure_shape),
	/* A result stands in result_json; an input decides nothing. */
	{ 0 },
};
static const struct shape event_shape = SHAPE(tsk_event, event_fields);

static const struct field history_fields[] = {
	LIST(tsk_history, events, count, event_shape),
	ROW(tsk_history, BOOL, more),
	{ 0 },
};
static const struct shape history_shape = SHAPE(tsk_history, history_fields);

static const struct field poller_fields[] = {
	ROW(tsk_poller, IDENTITY, identity),
	ROW(tsk_poller, LONG, last_access_at),
	ROW(tsk_poller, TEXT, version),
	ROW(tsk_poller, TEXT, current_version),
	ROW(tsk_poller, TEXT, ramping_version),
	ROW(tsk_poller, DOUBLE, rate_per_second),
	{ 0 },
};
static const struct shape poller_shape = SHAPE(tsk_poller, poller_fields);

static const struct field worker_fields[] = {
	ROW(tsk_symptom_worker, INT, pid),
	ROW(tsk_symptom_worker, BOOL, alive),
	ROW(tsk_symptom_worker, TEXT, project),
	ROW(tsk_symptom_worker, TEXT, project_dir),
	ROW(tsk_symptom_worker, TEXT, task_queues),
	ROW(tsk_symptom_worker, LONG, started_at),
	ROW(tsk_symptom_worker, STRINGS, stale_files),
	ROW(tsk_symptom_worker, BOOL, of_this_project),
	ROW(tsk_symptom_worker, BOOL, tracked),
	ROW(tsk_symptom_worker, BOOL, stopped),
	ROW(tsk_symptom_worker, BOOL, connected),
	ROW(tsk_symptom_worker, OPTIONAL, log_tail),
	{ 0 },
};
static const struct shape worker_shape = SHAPE(tsk_symptom_worker, worker_fields);

static const struct field listed_fields[] = {
	ROW(tsk_worker, IDENTITY, identity),
	ROW(tsk_worker, TEXT, task_queue),
	ROW(tsk_worker, TEXT, sdk),
	ROW(tsk_worker, TEXT, sdk_version),
	ROW(tsk_worker, TEXT, status),
	ROW(tsk_worker, INT, pid),
	ROW(tsk_worker, LONG, started_at),
	ROW(tsk_worker, LONG, heartbeat_at),
	ROW(tsk_worker, INT, workflow_slots_used),
	ROW(tsk_worker, INT, workflow_slots_free),
	ROW(tsk_worker, INT, activity_slots_used),
	ROW(tsk_worker, INT, activity_slots_free),
	ROW(tsk_worker, INT, workflow_pollers),
	ROW(tsk_worker, INT, activity_pollers),
	{ 0 },
};
static const struct shape listed_shape = SHAPE(tsk_worker, listed_fields);

static const struct field handlers_fields[] = {
	ROW(tsk_handlers, TEXT, workflow_type),
	ROW(tsk_handlers, STRINGS, signals),
	ROW(tsk_handlers, STRINGS, queries),
	ROW(tsk_handlers, STRINGS, updates),
	{ 0 },
};
static const struct shape handlers_shape = SHAPE(tsk_handlers, handlers_fields);

static const struct field type_fields[] = {
	ROW(tsk_symptom_type, TEXT, type),
	ROW(tsk_symptom_type, BOOL, activity),
	ROW(tsk_symptom_type, BOOL, registered),
	ROW(tsk_symptom_type, BOOL, dynamic),
	ROW(tsk_symptom_type, OPTIONAL, near),
	ROW(tsk_symptom_type, OPTIONAL, at),
	ROW(tsk_symptom_type, OPTIONAL, parameters),
	ROW(tsk_symptom_type, INT, required),
	ROW(tsk_symptom_type, INT, most),
	ROW(tsk_symptom_type, BOOL, unbound),
	ROW(tsk_symptom_type, BOOL, is_async),
	{ 0 },
};
static const struct shape type_shape = SHAPE(tsk_symptom_type, type_fields);

static const struct field passport_fields[] = {
	ROW(tsk_symptom_passport, INT, pid),
	ROW(tsk_symptom_passport, IDENTITY, identity),
	ROW(tsk_symptom_passport, TEXT, task_queue),
	ROW(tsk_symptom_passport, TEXT, project),
	ROW(tsk_symptom_passport, BOOL, polls_workflows),
	ROW(tsk_symptom_passport, BOOL, polls_activities),
	ROW(tsk_symptom_passport, BOOL, partial),
	LIST(tsk_symptom_passport, types, type_count, type_shape),
	ROW(tsk_symptom_passport, LONG, threads),
	ROW(tsk_symptom_passport, LONG, activity_slots),
	ROW(tsk_symptom_passport, DOUBLE, activities_per_second),
	ROW(tsk_symptom_passport, DOUBLE, queue_activities_per_second),
	{ 0 },
};
static const struct shape passport_shape = SHAPE(tsk_symptom_passport, passport_fields);

static const struct field arguments_fields[] = {
	ROW(tsk_symptom_arguments, OPTIONAL, activity_id),
	ROW(tsk_symptom_arguments, LONG, event_id),
	ROW(tsk_symptom_arguments, INT, count),
	{ 0 },
};
static const struct shape arguments_shape = SHAPE(tsk_symptom_arguments, arguments_fields);

static const struct field symptoms_more_fields[] = {
	LIST(tsk_symptoms_more, runs, run_count, workflow_shape),
	ROW(tsk_symptoms_more, LONG, run_total),
	ROW(tsk_symptoms_more, OPTIONAL, no_history),
	ROW(tsk_symptoms_more, OPTIONAL, no_workflow_pollers),
	ROW(tsk_symptoms_more, OPTIONAL, no_activity_pollers),
	ROW(tsk_symptoms_more, OPTIONAL, no_handlers),
	ROW(tsk_symptoms_more, OPTIONAL, no_child),
	ROW(tsk_symptoms_more, BOOL, sources_known),
	ROW(tsk_symptoms_more, STRINGS, changed_sources),
	ROW(tsk_symptoms_more, OPTIONAL, other_namespace),
	ROW(tsk_symptoms_more, IDENTITY, other_namespace_poller),
	ROW(tsk_symptoms_more, OPTIONAL, other_address),
	ROW(tsk_symptoms_more, INT, other_address_pid),
	ROW(tsk_symptoms_more, STRINGS, caught_at),
	ROW(tsk_symptoms_more, STRINGS, varies_at),
	ROW(tsk_symptoms_more, STRINGS, blocks_at),
	ROW(tsk_symptoms_more, STRINGS, completed_later_at),
	ROW(tsk_symptoms_more, STRINGS, waits_at),
	ROW(tsk_symptoms_more, STRINGS, awaits_outside_at),
	ROW(tsk_symptoms_more, STRINGS, replaying_at),
	ROW(tsk_symptoms_more, STRINGS, spins_at),
	ROW(tsk_symptoms_more, STRINGS, union_at),
	ROW(tsk_symptoms_more, STRINGS, init_at),
	ROW(tsk_symptoms_more, STRINGS, own_error_at),
	ROW(tsk_symptoms_more, STRINGS, unfinished_signals),
	STRUCT(tsk_symptoms_more, EMBEDDED, first_failed, history_shape),
	ROW(tsk_symptoms_more, OPTIONAL, callee),
	ROW(tsk_symptoms_more, OPTIONAL, other_error),
	ROW(tsk_symptoms_more, OPTIONAL, other_remedy),
	ROW(tsk_symptoms_more, STRINGS, source_queues),
	ROW(tsk_symptoms_more, BOOL, activity_source_known),
	ROW(tsk_symptoms_more, STRINGS, heartbeats_at),
	ROW(tsk_symptoms_more, STRINGS, holds_loop_at),
	ROW(tsk_symptoms_more, STRINGS, never_awaits_at),
	LIST(tsk_symptoms_more, passports, passport_count, passport_shape),
	LIST(tsk_symptoms_more, arguments, argument_count, arguments_shape),
	ROW(tsk_symptoms_more, STRINGS, refused_workers),
	{ 0 },
};
static const struct shape symptoms_more_shape = SHAPE(tsk_symptoms_more, symptoms_more_fields);

static const struct field symptoms_fields[] = {
	ROW(tsk_symptoms, LONG, now),
	STRUCT(tsk_symptoms, OBJECT, workflow, workflow_shape),
	STRUCT(tsk_symptoms, EMBEDDED, newest, history_shape),
	STRUCT(tsk_symptoms, EMBEDDED, oldest, history_shape),
	ROW(tsk_symptoms, BOOL, workflow_pollers_known),
	LIST(tsk_symptoms, workflow_pollers, workflow_poller_count, poller_shape),
	ROW(tsk_symptoms, BOOL, activity_pollers_known),
	LIST(tsk_symptoms, activity_pollers, activity_poller_count, poller_shape),
	ROW(tsk_symptoms, OPTIONAL, activity_task_queue),
	LIST(tsk_symptoms, workers, worker_count, worker_shape),
	ROW(tsk_symptoms, OPTIONAL, worker_log),
	ROW(tsk_symptoms, OPTIONAL, worker_log_tail),
	STRUCT(tsk_symptoms, OBJECT, handlers, handlers_shape),
	ROW(tsk_symptoms, OPTIONAL, result_json),
	ROW(tsk_symptoms, BOOL, server_is_ours),
	STRUCT(tsk_symptoms, BESIDE, more, symptoms_more_shape),
	LIST(tsk_symptoms, listed, listed_count, listed_shape),
	ROW(tsk_symptoms, OPTIONAL, other_queue),
	ROW(tsk_symptoms, IDENTITY, other_poller),
	{ 0 },
};
const struct shape symptoms_shape = SHAPE(tsk_symptoms, symptoms_fields);
