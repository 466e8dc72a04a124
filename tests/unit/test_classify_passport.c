/* What the workers' passports add to a verdict: who registers a type, how, and with what limits. */
#include "diagnosis_support.h"

#include "diagnosis/symptoms.h"

#include <string.h>

struct passports {
	struct tsk_symptom_passport rows[4];
	struct tsk_symptom_type types[4][2];
	struct tsk_symptom_arguments arguments[2];
	size_t count, argument_count;
};

/* A Worker on 'orders' of that process; it has the workflow's type, and that of an activity where
 * registered. */
static struct tsk_symptom_passport *passport(struct story *story, struct passports *all, int pid,
					     const char *activity, bool registered)
{
	struct tsk_symptom_passport *row = &all->rows[all->count];
	struct tsk_symptom_type *types = all->types[all->count++];

	types[0] = (struct tsk_symptom_type){
		.type = "Order", .registered = true, .at = "flows.py:3", .parameters = ""
	};
	types[1] = (struct tsk_symptom_type){ .type = activity,
					      .activity = true,
					      .registered = registered,
					      .at = registered ? "pay.py:9" : NULL };
	*row = (struct tsk_symptom_passport){ .pid = pid,
					      .identity = identity(story, pid),
					      .task_queue = "orders",
					      .project = "shop",
					      .polls_workflows = true,
					      .polls_activities = true,
					      .types = types,
					      .type_count = 2 };
	return row;
}

static void know(struct story *story, struct passports *all)
{
	struct tsk_symptoms_more more = { .passports = all->rows,
					  .passport_count = all->count,
					  .arguments = all->arguments,
					  .argument_count = all->argument_count };

	tsk_symptoms_set_more(story->call, &story->symptoms, &more);
}

static struct tsk_pending_activity *waits(struct story *story)
{
	tell_good_task(story);
	return pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 1);
}

/* ---- who registers it ---- */

static void activity_of_no_worker_is_told_before_it_fails(void **state)
{
	struct story *story = story_of(state);
	struct passports all = { .count = 0 };

	waits(story);
	worker(story, 100, 100);
	polls(story, 100, 1);
	passport(story, &all, 100, "charge", false);
	all.types[0][1].near = "charge_card";
	know(story, &all);
	assert_verdict(story, "missing_activity");
	assert_true(story->diagnosis.stalled);
	assert_cause(story, "NotFoundError", "no worker of 'orders' registers activity 'charge'");
	assert_evidence(story, "worker PID 100 of 'shop' does not register 'charge' (it registers "
			       "'charge_card')");
	assert_recovery(story, "if charge_card was meant");
	/* Another poller may have it. */
	polls(story, 300, 1);
	assert_verdict(story, "activity_in_progress");
	/* So may a Worker that is not in the passport. */
	story->symptoms.activity_poller_count--;
	all.rows[0].partial = true;
	know(story, &all);
	assert_verdict(story, "activity_in_progress");
	/* A name of its own says nothing of the process. */
	all.rows[0].partial = false;
	all.rows[0].identity = story->activity_pollers[0].identity = "the baker";
	know(story, &all);
	assert_verdict(story, "activity_in_progress");
}

static void workers_that_differ_are_told_apart(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = waits(story);
	struct passports all = { .count = 0 };

	activity->attempt = 3;
	activity->last_failure =
		failure(story, "NotFoundError",
			"Activity function charge for workflow order-17 is not registered on this "
			"worker, available activities: refund");
	polls(story, 100, 1);
	polls(story, 200, 1);
	worker(story, 100, 100);
	worker(story, 200, 100);
	passport(story, &all, 100, "charge", true);
	passport(story, &all, 200, "charge", false);
	know(story, &all);
	assert_verdict(story, "missing_activity");
	assert_non_null(strstr(story->diagnosis.headline,
			       "is not registered on each worker of 'orders': not on PID 200"));
	assert_evidence(story, "worker PID 100 of 'shop' registers 'charge' (pay.py:9), worker PID "
			       "200 of 'shop' does not register 'charge'");
	assert_recovery(story, "let all workers of 'orders' register the same");
	/* Who polls without a passport decides, and is not known. */
	polls(story, 300, 1);
	judge(story);
	assert_evidence(story, "what it registers is not known");
}

static void new_worker_without_the_type_is_no_repair(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = waits(story);
	struct passports all = { .count = 0 };

	activity->attempt = 3;
	activity->last_completed_at = NOW - 5 * SECOND;
	activity->last_failure =
		failure(story, "NotFoundError",
			"Activity function charge for workflow order-17 is not registered on this "
			"worker, available activities: refund");
	worker(story, 200, 2);
	polls(story, 200, 1);
	passport(story, &all, 200, "charge", false);
	assert_verdict(story, "missing_activity");
	assert_true(story->diagnosis.recovering);
	know(story, &all);
	judge(story);
	assert_false(story->diagnosis.recovering);
	all.types[0][1].registered = true;
	know(story, &all);
	judge(story);
	assert_true(story->diagnosis.recovering);
}

static void workflow_of_no_worker_is_told_before_it_fails(void **state)
{
	struct story *story = story_of(state);
	struct passports all = { .count = 0 };

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 1);
	worker(story, 100, 100);
	polls(story, 100, 1);
	passport(story, &all, 100, "charge", true);
	know(story, &all);
	assert_verdict(story, "in_progress");
	all.types[0][0].registered = false;
	know(story, &all);
	assert_verdict(story, "missing_workflow");
	/* One that is to begin later. */
	story->workflow.pending_task.present = false;
	story->workflow.execution_at = NOW + 60 * SECOND;
	assert_verdict(story, "start_delayed");
	assert_true(story->diagnosis.attention);
	assert_non_null(strstr(story->diagnosis.headline,
			       "workflow type 'Order' is not registered on the worker of"));
	assert_recovery(story, "add Order to the list workflows=[...]");
	polls(story, 300, 1);
	judge(story);
	assert_false(story->diagnosis.attention);
}

/* ---- how ---- */

static void parameters_are_held_against_the_history(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = waits(story);
	struct passports all = { .count = 0 };

	passport(story, &all, 100, "charge", true);
	all.types[0][1].parameters = "a: int, b: int = ...";
	all.types[0][1].required = 1;
	all.types[0][1].most = 2;
	all.arguments[all.argument_count++] = (struct tsk_symptom_arguments){
		.activity_id = activity->id, .event_id = 5, .count = 3
	};
	worker(story, 100, 100);
	polls(story, 100, 1);
	know(story, &all);
	/* Before it fails. */
	assert_verdict(story, "activity_in_progress");
	assert_true(story->diagnosis.attention);
	assert_non_null(strstr(story->diagnosis.headline, "which does not take 3 arguments"));
	assert_evidence(story, "'charge' (pay.py:9) takes (a: int, b: int = ...); event 5 gives it "
			       "3 arguments, too many");
	activity->attempt = 2;
	activity->last_failure = failure(story, "TypeError",
					 "charge() takes from 1 to 2 positional arguments but 3 "
					 "were given");
	assert_verdict(story, "activity_retrying");
	assert_evidence(story, "event 5 gives it 3 arguments, too many");
	assert_recovery(story, "passes another number of arguments than 'charge' (pay.py:9) takes");
	/* The number fits by now. */
	all.types[0][1].most = -1;
	know(story, &all);
	judge(story);
	assert_evidence(story, "event 5 gives it 3 arguments");
	assert_recovery(story, "do not fit the activity's parameters");
}

static void unbound_method_is_named(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = waits(story);
	struct passports all = { .count = 0 };

	activity->attempt = 2;
	activity->last_failure =
		failure(story, "TypeError",
			"Till.charge() missing 1 required positional argument: 'amount'");
	polls(story, 100, 1);
	passport(story, &all, 100, "charge", true);
	all.types[0][1].unbound = true;
	know(story, &all);
	assert_verdict(story, "activity_retrying");
	assert_evidence(story, "'charge' (pay.py:9) is registered from its class");
	assert_recovery(story, "register it from an object");
}

static void arguments_of_the_workflow_are_told(void **state)
{
	struct story *story = story_of(state);
	struct passports all = { .count = 0 };

	tell_failed_task(story, UNHANDLED,
			 failure(story, "TypeError",
				 "Order.run() missing 1 required positional argument: 'b'"),
			 3);
	polls(story, 100, 1);
	passport(story, &all, 100, "charge", true);
	all.types[0][0].parameters = "a, b";
	all.types[0][0].required = all.types[0][0].most = 2;
	all.arguments[all.argument_count++] =
		(struct tsk_symptom_arguments){ .event_id = 1, .count = 1 };
	know(story, &all);
	assert_verdict(story, "workflow_task_failure");
	assert_evidence(story, "'Order' (flows.py:3) takes (a, b); event 1 gives it 1 argument, "
			       "too few");
}

/* ---- limits ---- */

static void threads_and_slots_are_told(void **state)
{
	struct story *story = story_of(state);
	struct passports all = { .count = 0 };
	struct tsk_symptom_passport *row;

	tell_good_task(story);
	for (int i = 0; i < 3; i++)
		pending(story, "charge", TSK_ACTIVITY_STARTED, 1);
	worker(story, 100, 100);
	polls(story, 100, 1);
	row = passport(story, &all, 100, "charge", true);
	row->threads = 2;
	row->activity_slots = 5;
	know(story, &all);
	assert_verdict(story, "activity_in_progress");
	assert_non_null(strstr(story->diagnosis.headline, "which may wait for a thread"));
	assert_evidence(story, "has 2 threads for its sync activities and 5 activity slots, and "
			       "has taken 3 of this workflow");
	assert_recovery(story, "max_workers=5");
	/* An async one needs none. */
	all.types[0][1].is_async = true;
	know(story, &all);
	judge(story);
	assert_null(strstr(story->diagnosis.headline, "thread"));
	/* It waits for a slot. */
	all.types[0][1].is_async = false;
	row->activities_per_second = 0.25;
	for (int i = 0; i < 3; i++)
		story->activities[i].state = TSK_ACTIVITY_SCHEDULED;
	know(story, &all);
	judge(story);
	assert_evidence(story, "has 5 activity slots, and 2 threads for sync ones");
	assert_evidence(story, "takes 0.25 activities a second at most");
	/* The queue's own limit, where the server has none of it. */
	row->queue_activities_per_second = 0.01;
	know(story, &all);
	judge(story);
	assert_non_null(strstr(story->diagnosis.headline, "the rate limit of 'orders'"));
}

static void threads_explain_a_time_out(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = waits(story);
	struct passports all = { .count = 0 };
	struct tsk_symptom_passport *row;

	activity->attempt = 2;
	activity->last_started_at = NOW - 20 * SECOND;
	activity->last_failure = timeout(story, "TIMEOUT_TYPE_START_TO_CLOSE");
	worker(story, 100, 100);
	polls(story, 100, 1);
	row = passport(story, &all, 100, "charge", true);
	row->threads = 2;
	row->activity_slots = 100;
	know(story, &all);
	assert_verdict(story, "activity_retrying");
	assert_evidence(story, "has 2 threads for its sync activities and 100 activity slots: what "
			       "it takes beyond them waits");
	assert_recovery(story, "it waited for one of the 2 threads");
	all.types[0][1].is_async = true;
	know(story, &all);
	judge(story);
	assert_recovery(story, "another one blocked the event loop");
}

/* ---- kept ---- */

static void passports_are_kept_in_a_file(void **state)
{
	struct story *story = story_of(state);
	struct passports all = { .count = 0 };
	char path[] = "/tmp/test-passports-XXXXXX";
	struct tsk_known known = { .child = NULL };
	const struct tsk_known *back = NULL;
	struct tsk_diagnosis again;
	int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	close(descriptor);
	waits(story);
	worker(story, 100, 100);
	polls(story, 100, 1);
	passport(story, &all, 100, "charge", false);
	know(story, &all);
	assert_verdict(story, "missing_activity");
	known.symptoms = story->symptoms;
	assert_int_equal(tsk_known_save(story->call, &known, false, path), TSK_OK);
	assert_int_equal(tsk_known_load(story->call, path, &back), TSK_OK);
	unlink(path);
	tsk_known_classify(story->call, back, &again);
	assert_int_equal(again.verdict, TSK_VERDICT_MISSING_ACTIVITY);
	assert_string_equal(again.headline, story->diagnosis.headline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(activity_of_no_worker_is_told_before_it_fails),
		core_test(workers_that_differ_are_told_apart),
		core_test(new_worker_without_the_type_is_no_repair),
		core_test(workflow_of_no_worker_is_told_before_it_fails),
		core_test(parameters_are_held_against_the_history),
		core_test(unbound_method_is_named),
		core_test(arguments_of_the_workflow_are_told),
		core_test(threads_and_slots_are_told),
		core_test(threads_explain_a_time_out),
		core_test(passports_are_kept_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
