/* The classifier on what repeats, on what the server ends, and on why nothing is tried again. */
#include "diagnosis/symptoms.h"
#include "diagnosis_support.h"

static void add_more(struct story *story, struct tsk_event *event, struct tsk_event_more more)
{
	struct tsk_event_more *kept = tsk_alloc(story->call, sizeof(*kept));

	*kept = more;
	event->more = call_beside_add(story->call, kept);
}

static struct tsk_event *ended(struct story *story, enum tsk_workflow_status status, int type)
{
	tell_good_task(story);
	story->workflow.status = status;
	story->workflow.closed_at = NOW - SECOND;
	return tell(story, type);
}

/* ---- runs ---- */

static void cron_whose_runs_fail_wants_a_look(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *started = tell(story, TSK_EVENT_STARTED);
	struct tsk_workflow runs[] = {
		{ .status = TSK_WORKFLOW_RUNNING, .started_at = NOW - 5 * SECOND },
		{ .status = TSK_WORKFLOW_FAILED, .started_at = NOW - 25 * SECOND },
		{ .status = TSK_WORKFLOW_FAILED, .started_at = NOW - 45 * SECOND },
		{ .status = TSK_WORKFLOW_COMPLETED, .started_at = NOW - 65 * SECOND },
		{ .status = TSK_WORKFLOW_FAILED, .started_at = NOW - 85 * SECOND },
	};

	add_more(story, started,
		 (struct tsk_event_more){ .cron = "@every 20s",
					  .initiator = "CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE",
					  .continued_run_id = "before" });
	started->failure = failure(story, "RateMissing", "no rate for EUR");
	story->workflow.execution_at = NOW + 15 * SECOND;
	tsk_symptoms_set_more(
		story->call, &story->symptoms,
		&(struct tsk_symptoms_more){ .runs = runs, .run_count = 5, .run_total = 5 });
	assert_verdict(story, "start_delayed");
	assert_true(story->diagnosis.attention);
	assert_false(story->diagnosis.stalled);
	assert_cause(story, "RateMissing", "no rate for EUR");
	assert_non_null(strstr(story->diagnosis.headline, "its last 2 runs failed with"));
	assert_evidence(story, "its last 2 runs failed, the first of them 45.0 s ago");
	assert_recovery(story, "its runs fail: correct what they fail with: RateMissing");
}

static void cron_that_goes_well_only_waits(void **state)
{
	struct story *story = story_of(state);

	add_more(story, tell(story, TSK_EVENT_STARTED),
		 (struct tsk_event_more){ .cron = "0 3 * * *",
					  .initiator = "CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE",
					  .continued_run_id = "before" });
	story->workflow.execution_at = NOW + 15 * SECOND;
	pollers_known(story);
	assert_verdict(story, "start_delayed");
	assert_false(story->diagnosis.attention);
	assert_recovery(story, "wait: nothing is wrong");
}

/* It spins only where its runs do nothing and follow each other at once. */
static void continuing_without_work_is_spinning(void **state)
{
	static const struct {
		int64_t events, apart;
		bool spins;
	} cases[] = { { 5, 1, true }, { 11, 1, false }, { 5, 60, false } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct story *story = story_of(state);
		struct tsk_workflow runs[4];

		for (int64_t r = 0; r < 4; r++)
			runs[r] = (struct tsk_workflow){
				.status = r ? TSK_WORKFLOW_CONTINUED_AS_NEW : TSK_WORKFLOW_RUNNING,
				.started_at = NOW - r * cases[i].apart * SECOND,
				.history_length = cases[i].events
			};
		add_more(story, tell(story, TSK_EVENT_STARTED),
			 (struct tsk_event_more){ .cron = "",
						  .initiator = "CONTINUE_AS_NEW_INITIATOR_WORKFLOW",
						  .continued_run_id = "before" });
		tell_good_task(story);
		tsk_symptoms_set_more(story->call, &story->symptoms,
				      &(struct tsk_symptoms_more){
					      .runs = runs, .run_count = 4, .run_total = 60 });
		assert_verdict(story, "waiting_signal");
		assert_true(story->diagnosis.attention == cases[i].spins);
		assert_true((strstr(story->diagnosis.headline, "again and again") != NULL) ==
			    cases[i].spins);
		assert_evidence(story, "60 runs of it are known");
	}
}

/* ---- who ended it ---- */

static void limit_of_the_server_ends_it_again(void **state)
{
	static const char *const reasons[][2] = {
		{ "Workflow history count exceeds limit.", "is_continue_as_new_suggested" },
		{ "Workflow history size exceeds limit.", "is_continue_as_new_suggested" },
		{ "GrpcMessageTooLarge", "start fewer activities" },
		{ "ScheduleActivityTaskCommandAttributes.Input exceeds size limit.", "reference" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct story *story = story_of(state);
		struct tsk_event *event =
			ended(story, TSK_WORKFLOW_TERMINATED, TSK_EVENT_TERMINATED);

		event->identity = "history-service";
		event->reason = reasons[i][0];
		/* A child is ended by its parent's policy only where the reason says so. */
		story->workflow.parent_workflow_id = "order";
		assert_verdict(story, "terminated");
		assert_true(story->diagnosis.attention);
		assert_non_null(strstr(story->diagnosis.headline, "by the server"));
		assert_recovery(story, "started anew alone it ends the same way");
		assert_recovery(story, reasons[i][1]);
	}
}

static void person_who_ended_it_is_named(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event = ended(story, TSK_WORKFLOW_TERMINATED, TSK_EVENT_TERMINATED);

	/* Whatever words a person uses. */
	event->identity = "ann@desk";
	event->reason = "Workflow history count exceeds limit.";
	assert_verdict(story, "terminated");
	assert_false(story->diagnosis.attention);
	assert_recovery(story, "ann@desk (a person or a program, not the server)");
}

/* ---- why there is no further attempt ---- */

static void deadline_that_left_no_attempt_is_named(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *chain;
	struct tsk_event *scheduled, *event;

	tell_good_task(story);
	scheduled = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	scheduled->schedule_to_close_ms = 5000;
	scheduled->maximum_attempts = 5;
	add_more(story, scheduled,
		 (struct tsk_event_more){
			 .retry = { .initial_interval_ms = 10000, .backoff_coefficient = 2.0 } });
	event = tell(story, TSK_EVENT_ACTIVITY_STARTED);
	event->scheduled_event_id = scheduled->id;
	event->attempt = 1;
	tell(story, TSK_EVENT_ACTIVITY_FAILED)->scheduled_event_id = scheduled->id;
	chain = wrap(story, TSK_FAILURE_ACTIVITY, failure(story, "Refused", "bank refused"));
	chain->activity_type = "pay";
	chain->retry_state = "RETRY_STATE_TIMEOUT";
	ended(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = chain;
	assert_verdict(story, "activity_failed");
	assert_evidence(story, "after 1 attempt of 5: RETRY_STATE_TIMEOUT (the next one, 10.0 s "
			       "later, would come after its schedule_to_close_timeout of 5.0 s)");
	assert_recovery(story, "correct activity 'pay'");
	assert_recovery(story, "longer schedule_to_close_timeout");
}

static void type_with_its_module_never_fits(void **state)
{
	static const char *const listed[] = { "payments.CardRefused", NULL };
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity;
	struct tsk_event *scheduled;

	tell_good_task(story);
	scheduled = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	scheduled->activity_id = "1";
	add_more(story, scheduled,
		 (struct tsk_event_more){ .retry = { .non_retryable_types = { listed, 1 } } });
	activity = pending(story, "pay", TSK_ACTIVITY_SCHEDULED, 3);
	activity->id = "1";
	activity->last_failure = failure(story, "CardRefused", "no");
	assert_verdict(story, "activity_retrying");
	assert_evidence(story, "non_retryable_error_types has 'payments.CardRefused'");
	assert_recovery(story, "write 'CardRefused' there");
}

static void whom_a_signal_did_not_reach_is_named(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *asked, *refused;

	tell_good_task(story);
	asked = tell(story, TSK_EVENT_SIGNAL_EXTERNAL_INITIATED);
	asked->signal_name = "hello";
	refused = tell(story, TSK_EVENT_SIGNAL_EXTERNAL_FAILED);
	refused->initiated_event_id = asked->id;
	refused->workflow_id = "nobody";
	refused->cause = "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_"
			 "EXECUTION_NOT_FOUND";
	ended(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure =
		failure(story, "ExternalWorkflowExecutionNotFound", "not found");
	assert_verdict(story, "workflow_failed");
	assert_cause(
		story, "ExternalWorkflowExecutionNotFound",
		"cannot signal workflow 'nobody' (signal 'hello'): no workflow with that id is "
		"open");
	assert_recovery(story, "correct the id");
}

/* ---- written and read back ---- */

static void what_is_beside_structs_is_kept_in_a_file(void **state)
{
	static const char *const listed[] = { "payments.CardRefused", NULL };
	char path[] = "/tmp/symptoms-XXXXXX";
	struct story *story = story_of(state);
	struct tsk_workflow runs[] = {
		{ .workflow_id = "a", .status = TSK_WORKFLOW_FAILED, .started_at = NOW - SECOND },
		{ .workflow_id = "b", .status = TSK_WORKFLOW_FAILED, .started_at = NOW - SECOND },
	};
	struct tsk_known known = { .child = NULL };
	const struct tsk_known *back = NULL;
	const struct tsk_event_more *more;
	int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	close(descriptor);
	add_more(story, tell(story, TSK_EVENT_STARTED),
		 (struct tsk_event_more){ .cron = "@hourly",
					  .initiator = "CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE",
					  .continued_run_id = "before",
					  .retry = { .backoff_coefficient = 1.5,
						     .non_retryable_types = { listed, 1 } } });
	tsk_symptoms_set_more(
		story->call, &story->symptoms,
		&(struct tsk_symptoms_more){ .runs = runs, .run_count = 2, .run_total = 9 });
	assert_verdict(story, "waiting_signal");
	known.symptoms = story->symptoms;
	assert_int_equal(tsk_known_save(story->call, &known, false, path), TSK_OK);
	assert_int_equal(tsk_known_load(story->call, path, &back), TSK_OK);
	unlink(path);
	more = tsk_event_more(story->call, &back->symptoms.newest.events[0]);
	assert_string_equal(more->cron, "@hourly");
	assert_true(more->retry.backoff_coefficient == 1.5);
	assert_string_equal(more->retry.non_retryable_types.items[0], "payments.CardRefused");
	assert_int_equal(tsk_symptoms_more(story->call, &back->symptoms)->run_total, 9);
	assert_string_equal(tsk_symptoms_more(story->call, &back->symptoms)->runs[1].workflow_id,
			    "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(cron_whose_runs_fail_wants_a_look),
		core_test(cron_that_goes_well_only_waits),
		core_test(continuing_without_work_is_spinning),
		core_test(limit_of_the_server_ends_it_again),
		core_test(person_who_ended_it_is_named),
		core_test(deadline_that_left_no_attempt_is_named),
		core_test(type_with_its_module_never_fits),
		core_test(whom_a_signal_did_not_reach_is_named),
		core_test(what_is_beside_structs_is_kept_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
