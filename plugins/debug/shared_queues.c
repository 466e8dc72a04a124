/* A queue that workers of several folders of this machine poll: each gets some of its tasks, and
 * their code may differ. */
#include "diagnose_all.h"

#include <string.h>

static const char *text_member(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(member) ? member->valuestring : "";
}

static bool polls_here(const struct tsk_call *call, const cJSON *row)
{
	const char *address = text_member(row, "address");

	return !strcmp(text_member(row, "state"), "running") && *text_member(row, "project_dir") &&
	       !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(row, "polling")) &&
	       (!*address || tsk_address_same(address, tsk_setting(call, TSK_SETTING_ADDRESS)));
}

static bool has_queue(const cJSON *row, const char *queue)
{
	const cJSON *queues = cJSON_GetObjectItemCaseSensitive(row, "task_queues");

	for (const cJSON *one = queues ? queues->child : NULL; one; one = one->next)
		if (cJSON_IsString(one) && !strcmp(one->valuestring, queue))
			return true;
	return false;
}

/* A queue of the one that the other, of another folder, polls as well; NULL: none. */
static const char *common_queue(const cJSON *one, const cJSON *other)
{
	const cJSON *queues = cJSON_GetObjectItemCaseSensitive(one, "task_queues");

	if (!strcmp(text_member(one, "project_dir"), text_member(other, "project_dir")))
		return NULL;
	for (const cJSON *queue = queues ? queues->child : NULL; queue; queue = queue->next)
		if (cJSON_IsString(queue) && has_queue(other, queue->valuestring))
			return queue->valuestring;
	return NULL;
}

static const char *who_text(struct tsk_call *call, const cJSON *row)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(row, "pid");

	return tsk_format(call, "PID %d in %s", pid ? pid->valueint : 0,
			  text_member(row, "project_dir"));
}

const char *shared_queue_text(struct tsk_call *call, const cJSON *workers)
{
	for (const cJSON *one = workers ? workers->child : NULL; one; one = one->next)
		for (const cJSON *other = one->next; other; other = other->next) {
			const char *queue = polls_here(call, one) && polls_here(call, other)
						    ? common_queue(one, other)
						    : NULL;
			if (queue)
				return tsk_format(call,
						  "workers of two folders poll '%s' (%s; %s): each "
						  "task goes to either, maybe to other code",
						  queue, who_text(call, one),
						  who_text(call, other));
		}
	return NULL;
}

void suggest_stops(struct tsk_call *call, const cJSON *others)
{
	for (const cJSON *row = others ? others->child : NULL; row; row = row->next)
		if (*text_member(row, "stop"))
			tsk_next(call, "%s", text_member(row, "stop"));
}
