/* The classifier on workflows that wait: whether anything is left that could end that. */
#include "diagnosis_support.h"

static const char *const approve[] = { "approve", NULL };
static const char *const both[] = { "approve", "reject", NULL };
static const char *const reserve[] = { "reserve", NULL };

static void takes(struct story *story, const char *const *signals, const char *const *updates)
{
	struct tsk_handlers *handlers = tsk_alloc(story->call, sizeof(*handlers));

	if (signals)
		handlers->signals = (struct tsk_strings){ .items = signals, .count = 1 };
	if (updates)
		handlers->updates = (struct tsk_strings){ .items = updates, .count = 1 };
	story->symptoms.handlers = handlers;
}

static struct tsk_event *tell_update(struct story *story, const char *name)
{
	struct tsk_event *event = tell(story, TSK_EVENT_UPDATE_ACCEPTED);

	event->update_name = name;
	event->update_id = tsk_format(story->call, "u%lld", (long long)event->id);
	return event;
}

static void never_says(const struct tsk_strings *lines, const char *text)
{
	for (size_t i = 0; i < lines->count; i++)
		assert_null(strstr(lines->items[i], text));
}

/* ---- nothing is left ---- */

static void without_handlers_nothing_can_end_it(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	takes(story, NULL, NULL);
	assert_verdict(story, "waiting_in_vain");
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "nothing can end its wait but a cancellation");
	assert_recovery(story, "reset-workflow");
	assert_next(story, "temporal-skill show-workflow-stack -w order-17");
}

static void what_is_not_known_is_no_verdict(void **state)
{
	struct story *story = story_of(state);

	/* Its handlers were not told. */
	tell_good_task(story);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.stalled);

	/* A timer may be open among the events that were not read. */
	takes(story, NULL, NULL);
	story->symptoms.newest.more = true;
	judge(story);
	story->workflow.history_length = 5000;
	tsk_classify(story->call, &story->symptoms, &story->diagnosis);
	assert_string_equal(tsk_verdict_name(story->diagnosis.verdict), "waiting_signal");
}

static void signal_to_another_workflow_may_be_on_its_way(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNAL_EXTERNAL_INITIATED);
	takes(story, NULL, NULL);
	assert_verdict(story, "waiting_signal");
	tell(story, TSK_EVENT_SIGNAL_EXTERNAL_DONE);
	assert_verdict(story, "waiting_in_vain");
}

static void task_that_died_is_the_cause(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	takes(story, NULL, NULL);
	story->symptoms.worker_log_tail =
		"Task exception was never retrieved\n"
		"future: <Task finished name='Task-7 (workflow: Order, id: order-17, run: run)' "
		"coro=<Order.read() done> exception=ValueError('three')>\n"
		"Traceback (most recent call last):\n"
		"  File \"/shop/orders.py\", line 12, in read\n"
		"    int(\"three\")\n"
		"ValueError: three\n";
	assert_verdict(story, "waiting_in_vain");
	assert_cause(story, "ValueError", "three");
	assert_recovery(story, "correct what its background task died of");

	/* It may wait for the signal; that is not said to be the end of it. */
	takes(story, approve, NULL);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.stalled);
	assert_true(story->diagnosis.attention);
	assert_cause(story, "ValueError", "three");
}

/* ---- updates ---- */

static void update_that_hangs_is_no_remedy(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_update(story, "reserve");
	takes(story, NULL, reserve);
	assert_verdict(story, "waiting_signal");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "event 5: update 'reserve' was accepted");
	assert_recovery(story, "only adds one that waits as well");
	never_says(&story->diagnosis.next, "interact");

	/* A signal may be what its handler waits for. */
	takes(story, approve, reserve);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.attention);
	assert_next(story, "interact -w order-17 --signal-name approve");
}

static void update_that_is_done_does_not_hang(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *update, *done;

	tell_good_task(story);
	tell_good_task(story);
	update = tell_update(story, "reserve");
	done = tell(story, TSK_EVENT_UPDATE_COMPLETED);
	done->initiated_event_id = update->id;
	takes(story, NULL, reserve);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.attention);
	assert_next(story, "interact -w order-17 --update-name reserve");

	/* One that failed is told. */
	done->failure = failure(story, "SoldOut", "none left");
	judge(story);
	assert_evidence(story, "event 9: update 'reserve' failed");
	assert_evidence(story, "with SoldOut: none left");
}

static void ten_open_updates_are_all_that_the_server_takes(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	for (int i = 0; i < 10; i++)
		tell_update(story, "reserve");
	takes(story, approve, reserve);
	assert_verdict(story, "waiting_signal");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "10 updates 'reserve' were accepted");
	assert_evidence(story, "refuses the next");
}

/* ---- signals ---- */

static void tell_first_task(struct story *story)
{
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED);
	tell(story, TSK_EVENT_TASK_COMPLETED);
}

static void signal_before_run_is_told(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "approve";
	tell_first_task(story);
	takes(story, approve, NULL);
	assert_verdict(story, "waiting_signal");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "event 2: signal 'approve' came");
	assert_evidence(story, "before run() began");
	assert_recovery(story, "send 'approve' again");

	/* It takes something else as well, and may wait for that. */
	takes(story, approve, reserve);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.attention);
	assert_evidence(story, "before run() began");

	/* Of several signals it is the one to send again. */
	story->symptoms.handlers = &(struct tsk_handlers){ .signals = { both, 2 } };
	story->told[1].signal_name = "reject";
	judge(story);
	assert_recovery(story, "send 'reject' again");
	assert_next(story, "--signal-name reject");
}

static void update_before_run_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *update;

	tell_good_task(story);
	update = tell_update(story, "reserve");
	tell(story, TSK_EVENT_UPDATE_COMPLETED)->initiated_event_id = update->id;
	takes(story, NULL, reserve);
	assert_verdict(story, "waiting_signal");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "event 5: update 'reserve' came");
	assert_recovery(story, "send 'reserve' again");

	/* In a task of its own it came after that. */
	story->count = 4;
	tell_first_task(story);
	update = tell_update(story, "reserve");
	tell(story, TSK_EVENT_UPDATE_COMPLETED)->initiated_event_id = update->id;
	judge(story);
	assert_false(story->diagnosis.attention);
}

static void call_that_failed_last_is_the_cause(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *scheduled, *failed;

	tell_good_task(story);
	scheduled = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	scheduled->activity_type = "load";
	failed = tell(story, TSK_EVENT_ACTIVITY_FAILED);
	failed->scheduled_event_id = scheduled->id;
	failed->failure = failure(story, "NoRows", "none");
	tell_first_task(story);
	takes(story, NULL, NULL);
	assert_verdict(story, "waiting_in_vain");
	assert_cause(story, "NoRows", "none");
	assert_recovery(story, "activity 'load'");
}

static void signal_that_set_something_going_is_fine(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *scheduled;

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "approve";
	tell_first_task(story);
	scheduled = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	tell(story, TSK_EVENT_ACTIVITY_COMPLETED)->scheduled_event_id = scheduled->id;
	tell_first_task(story);
	takes(story, approve, NULL);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.attention);
	never_says(&story->diagnosis.evidence, "signal 'approve'");
}

static void signal_that_did_not_end_the_wait_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "approve";
	tell_first_task(story);
	takes(story, approve, NULL);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.attention);
	assert_evidence(story, "event 5: signal 'approve' came");
	assert_recovery(story, "'approve' came already (event 5)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(without_handlers_nothing_can_end_it),
		core_test(what_is_not_known_is_no_verdict),
		core_test(signal_to_another_workflow_may_be_on_its_way),
		core_test(task_that_died_is_the_cause),
		core_test(update_that_hangs_is_no_remedy),
		core_test(update_that_is_done_does_not_hang),
		core_test(ten_open_updates_are_all_that_the_server_takes),
		core_test(signal_before_run_is_told),
		core_test(update_before_run_is_told),
		core_test(call_that_failed_last_is_the_cause),
		core_test(signal_that_set_something_going_is_fine),
		core_test(signal_that_did_not_end_the_wait_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
