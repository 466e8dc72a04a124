/* One line of a passport: a Worker object as its process describes it. */
#include "lines.h"

#include <temporal-skill/result.h>

#include <math.h>
#include <string.h>

/* ---- members ---- */

/* The line is freed. */
static const char *kept(struct tsk_call *call, const char *text)
{
	return tsk_copy(call, tsk_shorten(call, text, PASSPORT_TEXT_MOST));
}

const char *passport_text(struct tsk_call *call, const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? kept(call, text) : NULL;
}

/* Times are beyond what a double holds to the last digit: near enough. */
int64_t passport_number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
	    item->valuedouble >= (double)INT64_MAX)
		return -1;
	return (int64_t)item->valuedouble;
}

static double real(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) && isfinite(item->valuedouble) && item->valuedouble >= 0
		       ? item->valuedouble
		       : -1;
}

static bool truth(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static const cJSON *list_of(const cJSON *object, const char *key, size_t most, size_t *count)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);
	size_t size = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;

	*count = size < most ? size : most;
	return *count ? list->child : NULL;
}

static struct tsk_strings texts(struct tsk_call *call, const cJSON *object, const char *key)
{
	size_t most, count = 0;
	const cJSON *item = list_of(object, key, PASSPORT_MEMBERS_MOST, &most);
	const char **items = tsk_alloc(call, (most + 1) * sizeof(*items));

	for (size_t i = 0; i < most; i++, item = item->next)
		if (cJSON_IsString(item))
			items[count++] = kept(call, item->valuestring);
	return (struct tsk_strings){ .items = items, .count = count };
}

static int line_number(const cJSON *object)
{
	int64_t line = passport_number(object, "line");

	return line > 0 && line <= INT32_MAX ? (int)line : 0;
}

static struct tsk_executor executor(struct tsk_call *call, const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return (struct tsk_executor){ .class_name = passport_text(call, item, "class"),
				      .workers = passport_number(item, "workers") };
}

/* ---- what it registers ---- */

static struct tsk_parameters parameters(struct tsk_call *call, const cJSON *object)
{
	size_t most, count = 0;
	const cJSON *item = list_of(object, "parameters", PASSPORT_MEMBERS_MOST, &most);
	struct tsk_parameter *items = tsk_alloc(call, (most + 1) * sizeof(*items));

	for (size_t i = 0; i < most; i++, item = item->next) {
		const char *name = passport_text(call, item, "name");
		if (!name)
			continue;
		items[count++] = (struct tsk_parameter){
			.name = name,
			.type = passport_text(call, item, "type"),
			.optional = truth(item, "optional"),
			.many = truth(item, "many"),
			.by_name = truth(item, "by_name"),
		};
	}
	return (struct tsk_parameters){
		.items = items,
		.count = count,
		.known = cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, "parameters")),
	};
}

static void read_workflows(struct tsk_call *call, const cJSON *line,
			   struct tsk_passport_worker *worker)
{
	size_t most;
	const cJSON *item = list_of(line, "workflows", PASSPORT_TYPES_MOST, &most);
	struct tsk_registered_workflow *items = tsk_alloc(call, (most + 1) * sizeof(*items));

	for (size_t i = 0; i < most; i++, item = item->next) {
		const char *type = passport_text(call, item, "type");
		if (!type)
			continue;
		items[worker->workflow_count++] = (struct tsk_registered_workflow){
			.type = type,
			.class_name = passport_text(call, item, "class"),
			.file = passport_text(call, item, "file"),
			.line = line_number(item),
			.parameters = parameters(call, item),
			.returns = passport_text(call, item, "returns"),
			.signals = texts(call, item, "signals"),
			.queries = texts(call, item, "queries"),
			.updates = texts(call, item, "updates"),
			.sandboxed = truth(item, "sandboxed"),
			.versioning = passport_text(call, item, "versioning"),
			.problem = passport_text(call, item, "problem"),
		};
	}
	worker->workflows = items;
}

static void read_activities(struct tsk_call *call, const cJSON *line,
			    struct tsk_passport_worker *worker)
{
	size_t most;
	const cJSON *item = list_of(line, "activities", PASSPORT_TYPES_MOST, &most);
	struct tsk_registered_activity *items = tsk_alloc(call, (most + 1) * sizeof(*items));

	for (size_t i = 0; i < most; i++, item = item->next) {
		const char *type = passport_text(call, item, "type");
		if (!type)
			continue;
		items[worker->activity_count++] = (struct tsk_registered_activity){
			.type = type,
			.file = passport_text(call, item, "file"),
			.line = line_number(item),
			.parameters = parameters(call, item),
			.is_async = truth(item, "async"),
			.unbound = truth(item, "unbound"),
			.problem = passport_text(call, item, "problem"),
		};
	}
	worker->activities = items;
}

/* What is beyond the limits, or not as each is. */
static size_t left_out(const cJSON *line, const struct tsk_passport_worker *worker)
{
	size_t workflows, activities;

	list_of(line, "workflows", SIZE_MAX, &workflows);
	list_of(line, "activities", SIZE_MAX, &activities);
	return workflows - worker->workflow_count + activities - worker->activity_count;
}

/* ---- its limits ---- */

static void read_limits(struct tsk_call *call, const cJSON *line,
			struct tsk_passport_worker *worker)
{
	const cJSON *slots = cJSON_GetObjectItemCaseSensitive(line, "slots");
	const cJSON *pollers = cJSON_GetObjectItemCaseSensitive(line, "pollers");

	worker->activity_executor = executor(call, line, "activity_executor");
	worker->workflow_executor = executor(call, line, "workflow_executor");
	worker->tuner = passport_text(call, line, "tuner");
	worker->workflow_slots = passport_number(slots, "workflow_tasks");
	worker->activity_slots = passport_number(slots, "activities");
	worker->local_activity_slots = passport_number(slots, "local_activities");
	worker->nexus_slots = passport_number(slots, "nexus_tasks");
	worker->workflow_pollers = passport_number(pollers, "workflow");
	worker->activity_pollers = passport_number(pollers, "activity");
	worker->activities_per_second = real(line, "activities_per_second");
	worker->queue_activities_per_second = real(line, "queue_activities_per_second");
	worker->graceful_shutdown_seconds = real(line, "graceful_shutdown_seconds");
	worker->cached_workflows = passport_number(line, "max_cached_workflows");
}

static void read_versions(struct tsk_call *call, const cJSON *line,
			  struct tsk_passport_worker *worker)
{
	const cJSON *versioning = cJSON_GetObjectItemCaseSensitive(line, "versioning");

	worker->versioning.used = truth(versioning, "used");
	worker->versioning.deployment = passport_text(call, versioning, "deployment");
	worker->versioning.build_id = passport_text(call, versioning, "build_id");
	worker->versioning.default_behavior = passport_text(call, versioning, "default_behavior");
	worker->sdk = passport_text(call, line, "sdk");
	worker->sdk_version = passport_text(call, line, "sdk_version");
	worker->python = passport_text(call, line, "python");
	worker->executable = passport_text(call, line, "executable");
}

bool passport_read_worker(struct tsk_call *call, const cJSON *line,
			  struct tsk_passport_worker *worker)
{
	const cJSON *remote = cJSON_GetObjectItemCaseSensitive(line, "remote_activities");

	worker->at = passport_number(line, "at");
	worker->identity = passport_text(call, line, "identity");
	worker->address = passport_text(call, line, "address");
	worker->namespace_ = passport_text(call, line, "namespace");
	worker->task_queue = passport_text(call, line, "task_queue");
	worker->tls = truth(line, "tls");
	worker->data_converter = passport_text(call, line, "data_converter");
	worker->failure_converter = passport_text(call, line, "failure_converter");
	worker->payload_codec = passport_text(call, line, "payload_codec");
	worker->remote_activities = !cJSON_IsFalse(remote);
	worker->debug_mode = truth(line, "debug_mode");
	worker->workflow_runner = passport_text(call, line, "workflow_runner");
	worker->nexus_services = texts(call, line, "nexus_services");
	worker->failure_types = texts(call, line, "failure_types");
	worker->interceptors = texts(call, line, "interceptors");
	worker->plugins = texts(call, line, "plugins");
	read_workflows(call, line, worker);
	read_activities(call, line, worker);
	worker->left_out = left_out(line, worker);
	read_limits(call, line, worker);
	read_versions(call, line, worker);
	return worker->task_queue && *worker->task_queue && worker->namespace_;
}
