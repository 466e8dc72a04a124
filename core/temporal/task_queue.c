/* Task queues and workers: who polls, and what workers say of themselves. */
#include "client.h"

#include "call/call.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- pollers ---- */

static const char *poller_version(struct tsk_call *call, const Pb__WorkerDeploymentOptions *options)
{
	if (!options || options->worker_versioning_mode !=
				PB__WORKER_VERSIONING_MODE__WORKER_VERSIONING_MODE_VERSIONED)
		return "";
	return tsk_format(call, "%s:%s", text_valid_utf8(call, options->deployment_name),
			  text_valid_utf8(call, options->build_id));
}

static const char *version_text(struct tsk_call *call, const Pb__WorkerDeploymentVersion *version)
{
	return version ? tsk_format(call, "%s:%s", text_valid_utf8(call, version->deployment_name),
				    text_valid_utf8(call, version->build_id))
		       : "";
}

enum tsk_status tsk_pollers(struct tsk_call *call, const char *task_queue, enum tsk_task_kind kind,
			    const struct tsk_poller **pollers, size_t *count)
{
	return tsk_pollers_in(call, tsk_setting(call, TSK_SETTING_NAMESPACE), task_queue, kind,
			      pollers, count);
}

enum tsk_status tsk_pollers_in(struct tsk_call *call, const char *namespace_,
			       const char *task_queue, enum tsk_task_kind kind,
			       const struct tsk_poller **pollers, size_t *count)
{
	Pb__TaskQueue queue = PB__TASK_QUEUE__INIT;
	Pb__DescribeTaskQueueRequest request = PB__DESCRIBE_TASK_QUEUE_REQUEST__INIT;
	struct exchange exchange = { .method = "DescribeTaskQueue",
				     .message = &request.base,
				     .answers = &pb__describe_task_queue_response__descriptor,
				     .about = task_queue,
				     .part = kind == TSK_ACTIVITY_TASKS ? "activity" : "workflow" };

	*pollers = NULL;
	*count = 0;
	queue.name = wire_text(task_queue);
	request.namespace_ = wire_text(namespace_);
	request.task_queue = &queue;
	request.task_queue_type = kind == TSK_ACTIVITY_TASKS
					  ? PB__TASK_QUEUE_TYPE__TASK_QUEUE_TYPE_ACTIVITY
					  : PB__TASK_QUEUE_TYPE__TASK_QUEUE_TYPE_WORKFLOW;
	if (exchange_one(call, &exchange))
		return tsk_error(call);

	const Pb__DescribeTaskQueueResponse *answer = exchange.answer;
	const Pb__TaskQueueVersioningInfo *versions = answer->versioning_info;
	const char *current =
		version_text(call, versions ? versions->current_deployment_version : NULL);
	const char *ramping =
		version_text(call, versions ? versions->ramping_deployment_version : NULL);
	struct tsk_poller *list = tsk_alloc(call, answer->n_pollers * sizeof(*list));
	for (size_t i = 0; i < answer->n_pollers; i++) {
		const Pb__PollerInfo *poller = answer->pollers[i];

		list[i] = (struct tsk_poller){
			.identity = text_valid_utf8(call, poller->identity),
			.last_access_at = time_from_wire(poller->last_access_time),
			.rate_per_second = poller->rate_per_second,
			.version = poller_version(call, poller->deployment_options),
			.current_version = current,
			.ramping_version = ramping,
		};
	}
	*pollers = list;
	*count = answer->n_pollers;
	return TSK_OK;
}

/* A PID in digits alone, up to end; 0: it is none. */
static int parse_pid(const char *text, const char *end)
{
	long pid = 0;

	for (const char *at = text; at < end; at++) {
		if (*at < '0' || *at > '9' || pid > INT_MAX / 10 - 1)
			return 0;
		pid = pid * 10 + (*at - '0');
	}
	return (int)pid;
}

int tsk_identity_pid(const char *identity)
{
	char host[HOST_NAME_MAX + 1] = "";
	const char *at = identity ? strchr(identity, '@') : NULL;

	if (!at || gethostname(host, sizeof(host) - 1) || strcmp(at + 1, host))
		return 0;
	return parse_pid(identity, at);
}

/* ---- workers that sent a heartbeat ---- */

/* A page, and how many workers at most: more than one machine runs. */
#define WORKERS_A_PAGE 100
#define WORKERS_MOST   1000

static const char *worker_status(struct tsk_call *call, Pb__WorkerStatus status)
{
	static const char prefix[] = "WORKER_STATUS_";
	const char *name = enum_name(call, &pb__worker_status__descriptor, (int)status);

	return strncmp(name, prefix, sizeof(prefix) - 1) ? name : name + sizeof(prefix) - 1;
}

static int pid_from_wire(const char *text)
{
	return parse_pid(text, text + strlen(text));
}

static void heartbeat_from_wire(struct tsk_call *call, const Pb__WorkerHeartbeat *message,
				struct tsk_worker *worker)
{
	const Pb__WorkerHostInfo *host = message->host_info;
	const Pb__WorkerSlotsInfo *workflows = message->workflow_task_slots_info;
	const Pb__WorkerSlotsInfo *activities = message->activity_task_slots_info;
	const Pb__WorkerPollerInfo *pollers = message->workflow_poller_info;
	const Pb__WorkerPollerInfo *sticky = message->workflow_sticky_poller_info;

	*worker = (struct tsk_worker){
		.identity = text_valid_utf8(call, message->worker_identity),
		.host = host ? text_valid_utf8(call, host->host_name) : "",
		.task_queue = text_valid_utf8(call, message->task_queue),
		.sdk = text_valid_utf8(call, message->sdk_name),
		.sdk_version = text_valid_utf8(call, message->sdk_version),
		.status = worker_status(call, message->status),
		.instance_key = text_valid_utf8(call, message->worker_instance_key),
		.pid = host ? pid_from_wire(host->process_id) : 0,
		.started_at = time_from_wire(message->start_time),
		.heartbeat_at = time_from_wire(message->heartbeat_time),
		.workflow_slots_used = workflows ? workflows->current_used_slots : 0,
		.workflow_slots_free = workflows ? workflows->current_available_slots : 0,
		.activity_slots_used = activities ? activities->current_used_slots : 0,
		.activity_slots_free = activities ? activities->current_available_slots : 0,
		.workflow_pollers = (pollers ? pollers->current_pollers : 0) +
				    (sticky ? sticky->current_pollers : 0),
		.activity_pollers = message->activity_poller_info
					    ? message->activity_poller_info->current_pollers
					    : 0,
	};
}

/* Servers that list workers without their heartbeats. */
static void entry_from_wire(struct tsk_call *call, const Pb__WorkerListInfo *message,
			    struct tsk_worker *worker)
{
	*worker = (struct tsk_worker){
		.identity = text_valid_utf8(call, message->worker_identity),
		.host = text_valid_utf8(call, message->host_name),
		.task_queue = text_valid_utf8(call, message->task_queue),
		.sdk = text_valid_utf8(call, message->sdk_name),
		.sdk_version = text_valid_utf8(call, message->sdk_version),
		.status = worker_status(call, message->status),
		.instance_key = text_valid_utf8(call, message->worker_instance_key),
		.pid = pid_from_wire(message->process_id),
		.started_at = time_from_wire(message->start_time),
	};
}

static void add_workers(struct tsk_call *call, const Pb__ListWorkersResponse *page,
			struct tsk_worker *workers, size_t *count)
{
	const bool heartbeats = page->n_workers_info > 0;
	const size_t there = heartbeats ? page->n_workers_info : page->n_workers;

	for (size_t i = 0; i < there && *count < WORKERS_MOST; i++) {
		struct tsk_worker *worker = &workers[*count];

		if (heartbeats && !page->workers_info[i]->worker_heartbeat)
			continue;
		if (heartbeats)
			heartbeat_from_wire(call, page->workers_info[i]->worker_heartbeat, worker);
		else
			entry_from_wire(call, page->workers[i], worker);
		/* The server's own workers, which it runs for its schedules and batches. */
		if (strncmp(worker->task_queue, "temporal-sys", strlen("temporal-sys")))
			(*count)++;
	}
}

enum tsk_status tsk_list_workers(struct tsk_call *call, const struct tsk_worker **workers,
				 size_t *count)
{
	struct tsk_worker *list = tsk_alloc(call, WORKERS_MOST * sizeof(*list));
	Pb__ListWorkersRequest request = PB__LIST_WORKERS_REQUEST__INIT;

	*workers = list;
	*count = 0;
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.page_size = WORKERS_A_PAGE;
	do {
		struct exchange exchange = { .method = "ListWorkers",
					     .message = &request.base,
					     .answers = &pb__list_workers_response__descriptor,
					     .optional = true };

		if (exchange_all(call, &exchange, 1))
			return tsk_error(call);
		if (exchange.code == GRPC_UNIMPLEMENTED)
			return TSK_OK;
		if (exchange_fail(call, &exchange))
			return tsk_error(call);
		const Pb__ListWorkersResponse *page = exchange.answer;
		add_workers(call, page, list, count);
		request.next_page_token = page->next_page_token;
	} while (request.next_page_token.len && *count < WORKERS_MOST);
	return TSK_OK;
}
