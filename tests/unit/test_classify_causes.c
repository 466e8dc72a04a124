/* The classifier on why an attempt ended, what holds an activity back, which value could not be
 * encoded, and whether code was changed. */
#include "diagnosis_support.h"

#include "diagnosis/symptoms.h"

static void rate_of_the_queue_is_no_lack_of_slots(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	pending(story, "fetch", TSK_ACTIVITY_SCHEDULED, 1)->next_attempt_at = 0;
	polls(story, 100, 1);
	worker(story, 100, 100);
	story->activity_pollers[0].rate_per_second = 0.005;
	assert_verdict(story, "activity_in_progress");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "0.005 activities a second");
	/* The server's own limit holds nobody back. */
	story->activity_pollers[0].rate_per_second = 100000;
	judge(story);
	assert_false(story->diagnosis.attention);
	assert_evidence(story, "all its activity slots are taken");
	/* It would have let it through twice by now. */
	story->activity_pollers[0].rate_per_second = 0.5;
	judge(story);
	assert_evidence(story, "all its activity slots are taken");
}

/* Its worker is gone, and the task lies where only that one would have looked. */
static void dead_sticky_queue_is_named(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event_more *more = tsk_alloc(story->call, sizeof(*more));
	struct tsk_event *scheduled;

	*more = (struct tsk_event_more){ .sticky_queue = "100@vm-a1b2" };
	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED);
	scheduled = tell(story, TSK_EVENT_TASK_SCHEDULED);
	scheduled->more = call_beside_add(story->call, more);
	task_scheduled(story, 1, 7);
	worker(story, 100, -1);
	worker(story, 200, 5);
	polls(story, 200, 1);
	assert_verdict(story, "in_progress");
	assert_evidence(story, "lies on the sticky queue of worker");
	assert_false(lines_say(&story->diagnosis.evidence, "does not take it"));
	story->workers[0].alive = true;
	judge(story);
	assert_evidence(story, "does not take it");
}

/* ---- attempts that timed out ---- */

/* Its only attempt, taken by worker 100 ten seconds ago and given up five seconds later. */
static struct story *timed_out(void **state, const char *type)
{
	struct story *story = story_of(state);
	struct tsk_failure *link = wrap(story, TSK_FAILURE_ACTIVITY, timeout(story, type));
	struct tsk_event *event;

	link->activity_type = "pack";
	tell_good_task(story);
	tell(story, TSK_EVENT_ACTIVITY_SCHEDULED)->activity_type = "pack";
	event = tell(story, TSK_EVENT_ACTIVITY_STARTED);
	event->scheduled_event_id = 5;
	event->identity = identity(story, 100);
	event->at = NOW - 10 * SECOND;
	event = tell(story, TSK_EVENT_ACTIVITY_TIMED_OUT);
	event->scheduled_event_id = 5;
	event->at = NOW - 5 * SECOND;
	event = tell(story, TSK_EVENT_FAILED);
	event->failure = link;
	event->at = NOW - 5 * SECOND;
	story->workflow.status = TSK_WORKFLOW_FAILED;
	return story;
}

static void worker_that_is_gone_was_not_slow(void **state)
{
	struct story *story = timed_out(state, "TIMEOUT_TYPE_START_TO_CLOSE");

	assert_verdict(story, "activity_timeout");
	assert_evidence(story, "what became of that is not known");
	worker(story, 100, -1);
	judge(story);
	assert_evidence(story, "whether it died with the attempt or was stopped later is not");
	worker(story, 200, 8)->tracked = true;
	judge(story);
	assert_evidence(story, "the activity was not slow");
	assert_recovery(story, "why its worker died");
	/* Started only when it was over: nothing is known of the time before. */
	story->workers[1].started_at = NOW - 2 * SECOND;
	judge(story);
	assert_evidence(story, "or was stopped later is not known");
	story->workers[0].alive = true;
	judge(story);
	assert_evidence(story, "runs still");
	assert_recovery(story, "make it faster");
}

static void those_that_wait_for_a_thread_are_told(void **state)
{
	struct story *story = timed_out(state, "TIMEOUT_TYPE_START_TO_CLOSE");

	for (int64_t i = 0; i < 2; i++) {
		struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_STARTED);

		event->scheduled_event_id = 20 + i;
		event->identity = identity(story, 100);
		event->at = NOW - 10 * SECOND;
		event = tell(story, TSK_EVENT_ACTIVITY_COMPLETED);
		event->scheduled_event_id = 20 + i;
		event->at = NOW - 8 * SECOND + 2 * i * SECOND;
	}
	/* How it ended stays the newest. */
	struct tsk_event end = story->told[story->count - 5];
	memmove(&story->told[story->count - 5], &story->told[story->count - 4],
		4 * sizeof(*story->told));
	story->told[story->count - 1] = end;
	worker(story, 100, 100);
	assert_verdict(story, "activity_timeout");
	assert_evidence(story,
			"at least 3 of them at the same time and does 1 at once (2.0 s each)");
	assert_recovery(story, "max_workers=N");
}

static void heartbeats_are_told_apart(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = pending(story, "copy", TSK_ACTIVITY_SCHEDULED, 2);

	activity->next_attempt_at = NOW + SECOND;
	activity->last_failure = timeout(story, "TIMEOUT_TYPE_HEARTBEAT");
	worker(story, 100, 100);
	assert_verdict(story, "activity_retrying");
	assert_evidence(story, "no heartbeat of it ever came");
	assert_recovery(story, "none of it came");
	struct tsk_symptoms_more more = { .activity_source_known = true };
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	judge(story);
	assert_recovery(story, "it never does");
	const char *beats = "a.py:9 in copy", *holds = "a.py:8 in copy (b.py:4 in get)";
	more.heartbeats_at = (struct tsk_strings){ .items = &beats, .count = 1 };
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	judge(story);
	assert_evidence(story, "'copy' calls heartbeat at a.py:9 in copy");
	assert_recovery(story, "its heartbeats stop coming");
	more.holds_loop_at = (struct tsk_strings){ .items = &holds, .count = 1 };
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	judge(story);
	assert_recovery(story, "do not block the event loop (a.py:8 in copy (b.py:4 in get))");
	/* While the next attempt is at work it is the same. */
	activity->state = TSK_ACTIVITY_STARTED;
	judge(story);
	assert_recovery(story, "do not block the event loop (a.py:8 in copy (b.py:4 in get))");
	activity->state = TSK_ACTIVITY_SCHEDULED;
	more = (struct tsk_symptoms_more){ .activity_source_known = true };
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	activity->last_heartbeat_at = NOW - 20 * SECOND;
	pending(story, "crunch", TSK_ACTIVITY_STARTED, 1);
	judge(story);
	assert_evidence(story, "its heartbeats came and then stopped");
	assert_evidence(story, "activity 'crunch' is at work in the same worker");
}

/* ---- values ---- */

static void value_that_cannot_be_encoded_is_named(void **state)
{
	static const struct {
		const char *message, *frame, *said;
	} rows[] = {
		{ "Object of type Decimal is not JSON serializable", "in _send_latest_heartbeat",
		  "what it gives to activity.heartbeat() cannot be encoded (Decimal)" },
		{ "Object of type Decimal is not JSON serializable",
		  "in _handle_start_activity_task",
		  "what the activity returns cannot be encoded (Decimal)" },
		{ "Value at index 0 of type <class 'shop.Rates'> has no known converter",
		  "in _handle_start_activity_task", "cannot be encoded (shop.Rates)" },
		{ "Failed building exception result: Object of type Rates is not JSON serializable",
		  "", "what it gives to the error as details cannot be encoded (Rates)" },
		{ "Object of type Rates is not JSON serializable", "in __somewhere",
		  "a value that it returns or passes on cannot be encoded (Rates)" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct story *story = story_of(state);
		struct tsk_failure *why = failure(story, "TypeError", rows[i].message);

		why->stack_trace = tsk_format(story->call,
					      "  File \"/sdk/temporalio/worker/x.py\", "
					      "line 3, %s\n    y()\n",
					      rows[i].frame);
		pending(story, "convert", TSK_ACTIVITY_SCHEDULED, 2)->last_failure = why;
		assert_verdict(story, "activity_retrying");
		assert_recovery(story, rows[i].said);
	}
}

static void error_behind_its_details_is_told(void **state)
{
	struct story *story = story_of(state);

	pending(story, "convert", TSK_ACTIVITY_SCHEDULED, 2)->last_failure =
		failure(story, "ApplicationError",
			"Failed building exception result: Object of type Rates is not JSON "
			"serializable");
	story->symptoms.worker_log_tail =
		"Completing activity as failed ({'attempt': 1, 'workflow_run_id': 'run'})\n"
		"Traceback (most recent call last):\n  File \"/shop/fx.py\", line 9, in convert\n"
		"    raise it\ntemporalio.exceptions.ApplicationError: RateMissing: no rate\n"
		"Exception handling failed, original error: RateMissing: no rate "
		"({'attempt': 1, 'workflow_run_id': 'run'})\n"
		"Traceback (most recent call last):\n  File \"/shop/fx.py\", line 9, in convert\n"
		"    raise it\ntemporalio.exceptions.ApplicationError: RateMissing: no rate\n";
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "RateMissing", "no rate");
	assert_string_equal(story->diagnosis.root_cause.location, "fx.py:9 in convert");
	assert_evidence(story, "the error itself is from the worker's log");
}

static void too_large_is_a_heartbeat_where_its_token_says_so(void **state)
{
	struct story *story = story_of(state);

	/* CgNydW4= is "\n\003run". */
	pending(story, "copy", TSK_ACTIVITY_SCHEDULED, 2)->last_failure =
		failure(story, "PayloadsTooLarge", "[TMPRL1103] too large");
	assert_verdict(story, "activity_retrying");
	assert_recovery(story, "what it returns is too large");
	story->symptoms.worker_log_tail =
		"2026-11-29T19:29:47.421205Z  WARN temporalio_sdk_core: Activity not found on "
		"completion. task_token=TaskToken(CgNydW4=) details=x\n";
	judge(story);
	assert_recovery(story, "activity.heartbeat() is too large");
}

/* ---- code ---- */

static struct story *unfit(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_failed_task(story, "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
			 failure(story, "",
				 "[TMPRL1100] Nondeterminism error: Activity type of scheduled "
				 "event 'price' does not match activity type of activity command "
				 "'charge'"),
			 2);
	return story;
}

static void changed_code_is_told_where_something_shows_it(void **state)
{
	static const char *const files[] = { "flow.py", NULL };
	struct tsk_symptoms_more more = { .sources_known = true,
					  .changed_sources = { (const char **)files, 1 } };
	struct story *story = unfit(state);

	assert_verdict(story, "nondeterminism");
	assert_recovery(story, "which of the two is not known");
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	judge(story);
	assert_evidence(story, "flow.py changed since");
	assert_recovery(story, "was changed after it began");
	more.changed_sources.count = 0;
	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
	judge(story);
	assert_evidence(story, "no source file of its worker changed");
	assert_recovery(story, "ends the same way");
	worker(story, 100, 1000);
	judge(story);
	assert_evidence(story, "the same process");
	assert_recovery(story, "state outside the workflow's object");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(rate_of_the_queue_is_no_lack_of_slots),
		core_test(dead_sticky_queue_is_named),
		core_test(worker_that_is_gone_was_not_slow),
		core_test(those_that_wait_for_a_thread_are_told),
		core_test(heartbeats_are_told_apart),
		core_test(value_that_cannot_be_encoded_is_named),
		core_test(error_behind_its_details_is_told),
		core_test(too_large_is_a_heartbeat_where_its_token_says_so),
		core_test(changed_code_is_told_where_something_shows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
