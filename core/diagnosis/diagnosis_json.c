/* A diagnosis as a result. */
#include <temporal-skill/diagnosis.h>

/* What an agent pays for with each call: the start of a message and the end of a trace say enough,
 * and how long the whole is, is said. */
#define MESSAGE_BYTES 2000
#define LINK_BYTES    500
#define TRACE_BYTES   8000
/* Of a longer chain the first links, and the last, where its root is. */
#define LINKS_FIRST   60
#define LINKS_LAST    4

static void say_cause(struct tsk_call *call, cJSON *object, const struct tsk_root_cause *cause)
{
	cJSON *member = tsk_set_object(object, "root_cause");

	tsk_set(member, "type", cause->type ? cause->type : "");
	tsk_set(member, "message",
		cause->message ? tsk_shorten(call, cause->message, MESSAGE_BYTES) : "");
	tsk_set(member, "location", cause->location ? cause->location : "");
	tsk_set(member, "stack_trace",
		cause->stack_trace ? tsk_shorten(call, cause->stack_trace, TRACE_BYTES) : "");
}

static void say_chain(struct tsk_call *call, cJSON *object, const struct tsk_failure *failure)
{
	cJSON *list = tsk_set_list(object, "chain");

	size_t count = 0, at = 0;

	for (const struct tsk_failure *link = failure; link; link = link->cause)
		count++;
	for (; failure; failure = failure->cause, at++) {
		cJSON *link;

		if (count > LINKS_FIRST + LINKS_LAST && at >= LINKS_FIRST &&
		    at < count - LINKS_LAST) {
			if (at > LINKS_FIRST)
				continue;
			link = tsk_append_object(list);
			tsk_set(link, "type", "");
			tsk_set_format(link, "message", "(%zu links left out)",
				       count - LINKS_FIRST - LINKS_LAST);
			continue;
		}
		link = tsk_append_object(list);

		tsk_set(link, "type", tsk_failure_type(failure));
		tsk_set(link, "message",
			failure->message ? tsk_shorten(call, failure->message, LINK_BYTES) : "");
	}
}

static void say_lines(cJSON *object, const char *key, const struct tsk_strings *lines)
{
	cJSON *list = tsk_set_list(object, key);

	for (size_t i = 0; i < lines->count; i++)
		tsk_append(list, lines->items[i]);
}

static void say_recovery(struct tsk_call *call, cJSON *object, const struct tsk_told *told)
{
	cJSON *list = tsk_set_list(object, "recovery");

	for (size_t i = 0; i < told->advice_count; i++)
		tsk_append(list, tsk_advice_text(call, &told->advice[i]));
}

void tsk_diagnosis_say(struct tsk_call *call, const struct tsk_workflow *workflow,
		       const struct tsk_diagnosis *diagnosis)
{
	cJSON *result = tsk_result(call);

	tsk_verdict(call, tsk_verdict_name(diagnosis->verdict), "%s", diagnosis->headline);
	tsk_set(result, "workflow_id", workflow->workflow_id);
	tsk_set(result, "run_id", workflow->run_id);
	tsk_set(result, "workflow_type", workflow->type);
	tsk_set(result, "task_queue", workflow->task_queue);
	tsk_set(result, "status", tsk_workflow_status_name(workflow->status));
	tsk_set_bool(result, "stalled", diagnosis->stalled);
	tsk_set_bool(result, "recovering", diagnosis->recovering);
	tsk_set_bool(result, "attention", diagnosis->attention);
	tsk_set_number(result, "attempts", diagnosis->attempts);
	tsk_set_time(result, "next_attempt_at", diagnosis->next_attempt_at);
	say_cause(call, result, &diagnosis->root_cause);
	say_chain(call, result, diagnosis->failure);
	say_lines(result, "evidence", &diagnosis->evidence);
	say_recovery(call, result, tsk_diagnosis_told(call, diagnosis));
	for (size_t i = 0; i < diagnosis->next.count; i++)
		tsk_next(call, "%s", diagnosis->next.items[i]);
}
