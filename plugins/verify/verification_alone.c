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
static void keep(void *what, const cJSON *part)
{
	const struct verification *verification = what;
	const cJSON *others = cJSON_GetObjectItemCaseSensitive(part, "other_pollers");

	for (const cJSON *row = others ? others->child : NULL; row; row = row->next)
		if (!is_known(verification, row))
			cJSON_AddItemToArray(verification->other_pollers,
					     cJSON_Duplicate(row, true));
}

/* The answer, and of several workers the row of each. */
static void each_part(const cJSON *answer, void (*visit)(void *what, const cJSON *part), void *what)
{
	const cJSON *rows = worker_rows(answer);

	visit(what, answer);
	for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next)
		visit(what, row);
}

/* ---- in words ---- */

static void add_others(void *what, const cJSON *part)
{
	const cJSON *others = cJSON_GetObjectItemCaseSensitive(part, "other_pollers");
	struct tsk_lines *lines = what;

	for (const cJSON *row = others ? others->child : NULL; row; row = row->next) {
		const char *version = member_text(row, "version");
		const char *line = tsk_format(
			lines->call, "%s polls '%s', too (%s%s%s)", member_text(row, "identity"),
			member_text(row, "task_queue"), member_text(row, "where"),
			*version ? "; version " : "", version);
		if (!tsk_lines_hold(lines, line))
			tsk_lines_push(lines, line);
	}
}

const char *verification_other_pollers(struct tsk_call *call, const cJSON *answer)
{
	struct tsk_lines lines = { .call = call };
	struct tsk_text text = { .call = call };

	each_part(answer, add_others, &lines);
	for (size_t i = 0; i < lines.count && i < NAMED_MOST; i++)
		tsk_text_join(&text, "; ", "%s", lines.items[i]);
	if (lines.count > NAMED_MOST)
		tsk_text_format(&text, "; and %zu more", lines.count - NAMED_MOST);
	return tsk_text_value(&text);
}

/* Names of their own that may be those of the project's workers. */
struct names {
	struct tsk_lines lines; /* "'orders-worker'" */
	bool too_many;          /* one of them is somebody else's */
};

static void add_names(void *what, const cJSON *part)
{
	struct names *names = what;
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(part, "maybe_ours");
	const cJSON *ours = cJSON_GetObjectItemCaseSensitive(part, "ours_of_them");

	names->too_many |= cJSON_GetArraySize(list) > (ours ? ours->valueint : 1);
	for (const cJSON *name = list ? list->child : NULL; name; name = name->next) {
		const char *quoted =
			tsk_format(names->lines.call, "'%s'", cJSON_GetStringValue(name));
		if (!tsk_lines_hold(&names->lines, quoted))
			tsk_lines_push(&names->lines, quoted);
	}
}

/* ---- judging ---- */

/* Of several workers the first whose task queue is not known; NULL: none. */
static const char *without_queue(const cJSON *answer)
{
	const cJSON *rows = worker_rows(answer);

	for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next)
		if (!cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(row, "task_queues")))
			return member_text(row, "name");
	return NULL;
}

/* Why it cannot be told who else polls; NULL: it can. */
static const char *unknowable(const struct verification *verification, const struct names *names)
{
	struct tsk_call *call = verification->call;
	const char *reason = tsk_unanswered_reason(call, "DescribeTaskQueue", NULL);
	const char *name = without_queue(verification->worker_answer);

	if (reason)
		return tsk_format(call, "who polls the worker's queues could not be read (%s)",
				  reason);
	if (name)
		return tsk_format(call,
				  "which task queue the worker '%s' polls is not known: set "
				  "task_queue in [worker %s]",
				  name, name);
	if (!verification->task_queues || !*verification->task_queues)
		return "which task queue the worker polls is not known: set task_queue in "
		       "[project]";
	if (names->too_many)
		return tsk_format(call,
				  "which of the pollers %s is not this project's worker cannot be "
				  "told: leave the worker's identity at its default, PID@host",
				  tsk_lines_text(&names->lines, ", "));
	return NULL;
}

static bool say_nobody(struct verification *verification, const char *name, int64_t began,
		       const struct names *names)
{
	const size_t count = names->lines.count;

	return verification_step(verification, name, true, began, TSK_OK,
				 "nobody else is seen to poll %s%s%s%s", verification->task_queues,
				 count ? "; " : "",
				 count ? tsk_lines_text(&names->lines, ", ") : "",
				 count == 1  ? " is taken for this project's worker"
				 : count > 1 ? " are taken for this project's workers"
					     : "");
}

static bool judge(struct verification *verification, const char *step, int64_t began,
		  const cJSON *answer)
{
	struct tsk_call *call = verification->call;
	const char *others = verification_other_pollers(call, answer);
	const bool strict = verification->plan.alone == ALONE_YES;
	struct names names = { .lines = { .call = call } };

	each_part(answer, add_names, &names);
	each_part(answer, keep, verification);
	const char *reason = unknowable(verification, &names);
	verification->not_alone = strict && (*others || reason);
	if (*others)
		return verification_step(
			verification, step, !strict, began, TSK_NEGATIVE, "%s%s", others,
			strict ? "; stop it (one that has ended is listed for a minute)" : "");
	if (reason)
		return verification_step(verification, step, !strict, began, TSK_NEGATIVE, "%s",
					 reason);
	return say_nobody(verification, step, began, &names);
}

void verification_alone(struct verification *verification)
{
	const cJSON *answer = verification->worker_answer;
	const char *warning = worker_warnings(verification->call, answer);

	each_part(answer, keep, verification);
	if (*warning && verification->plan.alone == ALONE_UNSAID)
		tsk_set(tsk_result(verification->call), "warning", warning);
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
