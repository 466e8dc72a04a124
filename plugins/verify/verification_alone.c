/* Who else polls the worker's queues: another's code may have done the work that a verification
 * looks at. Whether that fails it, the plan says. */
#include "verification.h"

#include <string.h>

/* Named in a step; the list of the result has them all. */
#define NAMED_MOST 3

static bool is_known(const struct verification *verification, const cJSON *row)
{
	for (const cJSON *known = verification->other_pollers->child; known; known = known->next)
		if (!strcmp(member_text(known, "identity"), member_text(row, "identity")) &&
		    !strcmp(member_text(known, "task_queue"), member_text(row, "task_queue")))
			return true;
	return false;
}

/* Into the result's list, each once. */
static void keep(const struct verification *verification, const cJSON *others)
{
	for (const cJSON *row = others ? others->child : NULL; row; row = row->next)
		if (!is_known(verification, row))
			cJSON_AddItemToArray(verification->other_pollers,
					     cJSON_Duplicate(row, true));
}

const char *verification_other_pollers(struct tsk_call *call, const cJSON *answer)
{
	const cJSON *others = cJSON_GetObjectItemCaseSensitive(answer, "other_pollers");
	struct tsk_text text = { .call = call };
	size_t count = 0;

	for (const cJSON *row = others ? others->child : NULL; row; row = row->next) {
		const char *version = member_text(row, "version");
		if (count++ >= NAMED_MOST)
			continue;
		tsk_text_join(&text, "; ", "%s polls '%s', too (%s%s%s)",
			      member_text(row, "identity"), member_text(row, "task_queue"),
			      member_text(row, "where"), *version ? "; version " : "", version);
	}
	if (count > NAMED_MOST)
		tsk_text_format(&text, "; and %zu more", count - NAMED_MOST);
	return tsk_text_value(&text);
}

static const char *names_text(struct tsk_call *call, const cJSON *names)
{
	struct tsk_text text = { .call = call };

	for (const cJSON *name = names ? names->child : NULL; name; name = name->next)
		if (cJSON_IsString(name))
			tsk_text_join(&text, ", ", "'%s'", name->valuestring);
	return tsk_text_value(&text);
}

/* Why it cannot be told who else polls; NULL: it can. */
static const char *unknowable(const struct verification *verification, const cJSON *maybe_ours)
{
	struct tsk_call *call = verification->call;
	const char *reason = tsk_unanswered_reason(call, "DescribeTaskQueue", NULL);

	if (reason)
		return tsk_format(call, "who polls the worker's queues could not be read (%s)",
				  reason);
	if (!verification->task_queues || !*verification->task_queues)
		return "which task queue the worker polls is not known: set task_queue in "
		       "[project]";
	if (cJSON_GetArraySize(maybe_ours) > 1)
		return tsk_format(call,
				  "which of the pollers %s is not this project's worker cannot be "
				  "told: leave the worker's identity at its default, PID@host",
				  names_text(call, maybe_ours));
	return NULL;
}

static bool say_nobody(struct verification *verification, const char *name, int64_t began,
		       const cJSON *maybe_ours)
{
	const char *names = names_text(verification->call, maybe_ours);

	return verification_step(verification, name, true, began, TSK_OK,
				 "nobody else is seen to poll %s%s%s%s", verification->task_queues,
				 *names ? "; " : "", names,
				 *names ? " is taken for this project's worker" : "");
}

static bool judge(struct verification *verification, const char *name, int64_t began,
		  const cJSON *answer)
{
	struct tsk_call *call = verification->call;
	const cJSON *maybe_ours = cJSON_GetObjectItemCaseSensitive(answer, "maybe_ours");
	const char *others = verification_other_pollers(call, answer);
	const bool strict = verification->plan.alone == ALONE_YES;
	const char *reason = unknowable(verification, maybe_ours);

	keep(verification, cJSON_GetObjectItemCaseSensitive(answer, "other_pollers"));
	verification->not_alone = strict && (*others || reason);
	if (*others)
		return verification_step(
			verification, name, !strict, began, TSK_NEGATIVE, "%s%s", others,
			strict ? "; stop it (one that has ended is listed for a minute)" : "");
	if (reason)
		return verification_step(verification, name, !strict, began, TSK_NEGATIVE, "%s",
					 reason);
	return say_nobody(verification, name, began, maybe_ours);
}

void verification_alone(struct verification *verification)
{
	const cJSON *answer = verification->worker_answer;

	keep(verification, cJSON_GetObjectItemCaseSensitive(answer, "other_pollers"));
	if (*member_text(answer, "warning") && verification->plan.alone == ALONE_UNSAID)
		tsk_set(tsk_result(verification->call), "warning", member_text(answer, "warning"));
	if (verification->plan.alone != ALONE_UNSAID)
		verification->asks_again = judge(verification, "alone", tsk_now_ms(), answer);
}

void verification_alone_again(struct verification *verification)
{
	static const char *const no_words[] = { NULL };
	int64_t began = tsk_now_ms();
	const cJSON *answer = NULL;
	const char *error = "";

	if (!verification->asks_again || verification->interrupted)
		return;
	enum tsk_status status =
		verification_command(verification, "list-workers", no_words, &answer, &error);
	if (status != TSK_OK)
		verification_step(verification, "still alone", verification->plan.alone == ALONE_NO,
				  began, status,
				  "who polls the worker's queues could not be read: %s", error);
	else
		judge(verification, "still alone", began, answer);
}
