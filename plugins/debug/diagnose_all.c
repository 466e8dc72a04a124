/* The whole namespace in one answer. */
#include "diagnose_all.h"

#include "one_workflow.h"

#include <string.h>

/* Workflows with a worker are asked for their handlers, 8 ms each, to find signals that none of
 * them takes. */
#define HANDLERS_MOST     25
#define HANDLERS_MS       500
#define SIGNALS_LOOKED_AT 60

#define VERDICTS          (TSK_VERDICT_UNCLEAR + 1)

struct whole_namespace {
	struct tsk_call *call;
	struct troubles troubles;
	struct tsk_survey survey;
	int64_t open[VERDICTS];
	int64_t recovering;
	struct closed_lately lately;
	const char *worker_problem;
	const char *shared_queue; /* that workers of two folders poll, in words; NULL */
	const cJSON *others;      /* who polls this project's queues besides */
	size_t schedules;         /* with something to say of them */
};

/* ---- server and workers ---- */

static enum tsk_status say_server(struct whole_namespace *whole)
{
	struct tsk_call *call = whole->call;
	struct tsk_server server = { .version = "" };
	cJSON *object = tsk_set_object(tsk_result(call), "server");

	if (tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server))
		return tsk_error(call);
	tsk_set(object, "address", tsk_setting(call, TSK_SETTING_ADDRESS));
	tsk_set(object, "namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	tsk_set(object, "version", server.version);
	tsk_set_format(object, "summary", "%s at %s, namespace '%s'",
		       *server.version ? server.version : "of a version that it does not tell",
		       tsk_setting(call, TSK_SETTING_ADDRESS),
		       tsk_setting(call, TSK_SETTING_NAMESPACE));
	return TSK_OK;
}

static const char *text_member(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(member) ? member->valuestring : "";
}

static const char *worker_line(struct tsk_call *call, const cJSON *row)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(row, "pid");
	const cJSON *queues = cJSON_GetObjectItemCaseSensitive(row, "task_queues");
	const cJSON *stale = cJSON_GetObjectItemCaseSensitive(row, "stale_files");
	const cJSON *polling = cJSON_GetObjectItemCaseSensitive(row, "polling");
	struct tsk_text text = { .call = call };

	tsk_text_format(&text, "'%s' %s, PID %d", text_member(row, "project"),
			text_member(row, "state"), pid ? pid->valueint : 0);
	for (const cJSON *queue = cJSON_IsArray(queues) ? queues->child : NULL; queue;
	     queue = queue->next)
		tsk_text_format(&text, "%s '%s'", queue == queues->child ? ", queue" : ",",
				cJSON_IsString(queue) ? queue->valuestring : "");
	if (cJSON_IsFalse(polling))
		tsk_text_add(&text, ", does not poll");
	if (cJSON_IsArray(stale) && stale->child)
		tsk_text_format(&text, ", stale code: %s",
				cJSON_IsString(stale->child) ? stale->child->valuestring : "");
	if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(row, "tracked")))
		tsk_text_add(&text, ", untracked");
	return tsk_text_value(&text);
}

/* The worker plugin knows this side; without it, it is left out. */
static void say_workers(struct whole_namespace *whole)
{
	struct tsk_call *call = whole->call;
	static const char *const no_words[] = { NULL };
	const char *error;
	cJSON *answer;

	if (!tsk_find_command(call, "list-workers"))
		return;
	tsk_ask_command(call, "list-workers", no_words, &answer, &error);
	const cJSON *workers = cJSON_GetObjectItemCaseSensitive(answer, "workers");
	cJSON *lines = tsk_set_list(tsk_result(call), "worker_lines");
	cJSON_AddItemToObject(tsk_result(call), "workers",
			      workers ? cJSON_Duplicate(workers, true) : cJSON_CreateArray());
	for (const cJSON *row = workers ? workers->child : NULL; row; row = row->next) {
		const cJSON *stale = cJSON_GetObjectItemCaseSensitive(row, "stale_files");
		tsk_append(lines, worker_line(call, row));
		if (strcmp(text_member(row, "state"), "running") != 0)
			whole->worker_problem = "a worker is dead";
		else if (cJSON_IsArray(stale) && stale->child)
			whole->worker_problem = "a worker runs stale code";
	}
	if (!lines->child)
		tsk_append(lines, "none known on this machine");
	whole->shared_queue = shared_queue_text(call, workers);
	if (whole->shared_queue)
		tsk_set(tsk_result(call), "warning", whole->shared_queue);
	whole->others = cJSON_GetObjectItemCaseSensitive(answer, "other_pollers");
}

/* ---- open workflows ---- */

static bool handles(const struct tsk_handlers *handlers, const char *signal)
{
	for (size_t i = 0; i < handlers->signals.count; i++)
		if (!strcmp(handlers->signals.items[i], "*") ||
		    !strcmp(handlers->signals.items[i], signal))
			return true;
	return false;
}

/* Whether the newest signal came last of all, but for the task that took it. */
static bool nothing_followed(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		switch (newest->events[i].type) {
		case TSK_EVENT_TASK_SCHEDULED:
		case TSK_EVENT_TASK_STARTED:
		case TSK_EVENT_TASK_COMPLETED: break;
		default: return i > 0 && newest->events[i].type == TSK_EVENT_SIGNALED;
		}
	return false;
}

/* What came of a signal that a workflow waits on after: nobody handles it, or its handler is not
 * done. NULL: nothing is known against it. */
static const char *lost_signal(struct tsk_call *call, const struct tsk_workflow *workflow)
{
	struct tsk_history newest = { .count = 0 };
	struct tsk_handlers handlers = { .workflow_type = "" };
	struct tsk_strings unfinished;
	const char *found = NULL;

	if (tsk_history_backward(call, workflow->workflow_id, workflow->run_id, SIGNALS_LOOKED_AT,
				 &newest))
		return NULL;
	for (size_t i = 0; i < newest.count && !found; i++)
		if (newest.events[i].type == TSK_EVENT_SIGNALED)
			found = newest.events[i].signal_name;
	if (!found || tsk_workflow_handlers(call, workflow->workflow_id, workflow->run_id,
					    HANDLERS_MS, &handlers))
		return NULL;
	for (size_t i = 0; i < newest.count; i++)
		/* A signal with a mistyped name is accepted by the server and never handled. */
		if (newest.events[i].type == TSK_EVENT_SIGNALED &&
		    !handles(&handlers, newest.events[i].signal_name))
			return tsk_format(call, "got the signal '%s', which it has no handler for",
					  newest.events[i].signal_name);
	if (!nothing_followed(&newest) ||
	    tsk_unfinished_signals(call, workflow->workflow_id, workflow->run_id, HANDLERS_MS,
				   &unfinished) ||
	    !unfinished.count)
		return NULL;
	return tsk_format(call,
			  "has a signal handler that has begun and not ended, and nothing is "
			  "left that could end that: %s",
			  unfinished.items[0]);
}

static void look_for_lost_signal(struct whole_namespace *whole, const struct tsk_survey_row *row,
				 cJSON *lost)
{
	const char *what = lost_signal(whole->call, row->workflow);

	if (what && tsk_error(whole->call) != TSK_INTERRUPTED)
		tsk_append_format(lost, "'%s' %s", row->workflow->workflow_id, what);
	if (tsk_error(whole->call) != TSK_INTERRUPTED)
		tsk_forget_error(whole->call);
}

/* Those that wait for a message first; a parent or a sleeper may have been sent what others were to
 * get. */
static bool may_have_lost_one(const struct tsk_survey_row *row, bool waits_for_message)
{
	enum tsk_verdict verdict = row->diagnosis.verdict;

	if (row->workflow->history_length < 5)
		return false;
	return waits_for_message ? verdict == TSK_VERDICT_WAITING_SIGNAL
				 : verdict == TSK_VERDICT_WAITING_CHILD ||
					   verdict == TSK_VERDICT_WAITING_TIMER;
}

static void look_for_lost_signals(struct whole_namespace *whole)
{
	size_t asked = 0;
	cJSON *lost = tsk_set_list(tsk_result(whole->call), "unhandled_signals");

	for (size_t i = 0; i < whole->survey.count; i++) {
		const struct tsk_survey_row *row = &whole->survey.rows[i];
		if (row->diagnosis.dropped_signal)
			tsk_append_format(lost,
					  "'%s' got the signal '%s', whose argument its handler "
					  "does not take",
					  row->workflow->workflow_id,
					  row->diagnosis.dropped_signal);
	}
	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < whole->survey.count && asked < HANDLERS_MOST; i++) {
			if (!may_have_lost_one(&whole->survey.rows[i], !others))
				continue;
			asked++;
			look_for_lost_signal(whole, &whole->survey.rows[i], lost);
			if (tsk_error(whole->call) == TSK_INTERRUPTED)
				return;
		}
}

static enum tsk_status survey_open(struct whole_namespace *whole, const char *query)
{
	if (tsk_survey(whole->call, query, 0, &whole->survey))
		return tsk_error(whole->call);
	if (whole->survey.unanswered)
		tsk_note(
			whole->call, "not looked at: %s that the server did not describe",
			tsk_count_text(whole->call, (int64_t)whole->survey.unanswered, "workflow"));
	for (size_t i = 0; i < whole->survey.count; i++) {
		const struct tsk_survey_row *row = &whole->survey.rows[i];
		if (row->diagnosis.stalled || row->diagnosis.attention ||
		    row->diagnosis.verdict == TSK_VERDICT_UNCLEAR)
			troubles_add(&whole->troubles, row->workflow, &row->diagnosis);
		else if (row->diagnosis.recovering)
			whole->recovering++;
		else
			whole->open[row->diagnosis.verdict]++;
	}
	look_for_lost_signals(whole);
	return tsk_error(whole->call);
}

/* ---- all ---- */

static void say_fine(struct whole_namespace *whole)
{
	struct tsk_call *call = whole->call;
	cJSON *object = tsk_set_object(tsk_result(call), "healthy");
	const struct closed_lately *lately = &whole->lately;
	struct tsk_text text = { .call = call };

	for (int verdict = 0; verdict < VERDICTS; verdict++) {
		if (!whole->open[verdict])
			continue;
		tsk_set_number(object, tsk_verdict_name(verdict), whole->open[verdict]);
		tsk_text_join(&text, ", ", "%lld %s", (long long)whole->open[verdict],
			      tsk_verdict_name(verdict));
	}
	if (whole->recovering)
		tsk_text_join(&text, ", ", "%lld recovering", (long long)whole->recovering);
	if (lately->good)
		tsk_text_join(&text, ", ", "%lld completed in the last hour",
			      (long long)lately->good);
	if (lately->passed_over)
		tsk_text_join(&text, ", ",
			      "%lld of them although an activity or child had failed ('%s')",
			      (long long)lately->passed_over, lately->passed_over_by);
	tsk_set_number(object, "recovering", whole->recovering);
	tsk_set_number(object, "completed", lately->good);
	tsk_set(tsk_result(call), "fine", tsk_text_value(&text));
}

static enum tsk_status say_verdict(struct whole_namespace *whole, bool check)
{
	struct tsk_call *call = whole->call;
	size_t stalled = 0, odd = 0, unclear = 0, bad = whole->troubles.count;
	size_t schedules = whole->schedules;
	const cJSON *lost = cJSON_GetObjectItemCaseSensitive(tsk_result(call), "unhandled_signals");
	int signals = cJSON_GetArraySize(lost);

	for (size_t i = 0; i < whole->troubles.count; i++) {
		const struct trouble *trouble = &whole->troubles.items[i];
		bool known = trouble->diagnosis.verdict != TSK_VERDICT_UNCLEAR;

		unclear += !known;
		stalled += trouble->diagnosis.stalled;
		odd += known && !trouble->diagnosis.stalled &&
		       (!trouble->workflow->closed_at ||
			trouble->diagnosis.verdict == TSK_VERDICT_LEFT_UNDONE);
	}
	bad -= unclear;
	if (!bad && !signals && !schedules && !whole->worker_problem &&
	    (unclear || whole->survey.unanswered)) {
		tsk_verdict(call, "unclear",
			    "nothing is known to be wrong, but %s could not be told: see what was "
			    "not answered",
			    tsk_count_text(call, (int64_t)(unclear + whole->survey.unanswered),
					   "workflow"));
		return check ? tsk_unanswered(call) : TSK_OK;
	}
	if (!bad && !signals && !schedules && !whole->worker_problem) {
		tsk_verdict(call, "ok",
			    "nothing is wrong%s: %s open and %lld closed lately were looked at",
			    whole->shared_queue ? " with the workflows, but see the warning" : "",
			    tsk_count_text(call, (int64_t)whole->survey.count, "workflow"),
			    (long long)whole->lately.looked_at);
		return check ? tsk_unanswered(call) : TSK_OK;
	}
	tsk_verdict(call, "trouble",
		    "%s cannot move, %zu failed or returned an error lately%s%s%s%s%s%s",
		    tsk_count_text(call, (int64_t)stalled, "workflow"), bad - stalled - odd,
		    odd ? tsk_format(call, ", %zu want%s a look", odd, odd == 1 ? "s" : "") : "",
		    schedules ? tsk_format(call, ", %s not on time",
					   tsk_count_text(call, (int64_t)schedules, "schedule"))
			      : "",
		    signals ? tsk_format(call, ", %s not handled",
					 tsk_count_text(call, signals, "signal"))
			    : "",
		    unclear ? tsk_format(call, ", %zu could not be told", unclear) : "",
		    whole->worker_problem ? ", " : "",
		    whole->worker_problem ? whole->worker_problem : "");
	return check ? TSK_NEGATIVE : TSK_OK;
}

enum tsk_status say_whole_namespace(struct tsk_call *call, const char *query, bool check)
{
	struct whole_namespace whole = { .call = call, .troubles = { .call = call } };

	if (say_server(&whole))
		return tsk_error(call);
	say_workers(&whole);
	if (survey_open(&whole, query) ||
	    read_closed_lately(call, query, &whole.survey, &whole.troubles, &whole.lately))
		return tsk_error(call);
	troubles_say(&whole.troubles);
	if (!(query && *query) && say_schedules(call, &whole.schedules))
		return tsk_error(call);
	say_fine(&whole);
	if (whole.shared_queue)
		suggest_stops(call, whole.others);
	return say_verdict(&whole, check);
}
