/* Histories that were exported: files in the SDKs' JSON form. */
#include "rehearsal.h"

#include <temporal-skill/payload.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The largest history that a server keeps has some 50 MB. */
#define FILE_SIZE_MOST ((size_t)256 << 20)

#define ENDING         ".json"

static enum tsk_status no_history(struct tsk_call *call, const char *path, const char *why)
{
	tsk_hint(call, "temporal-skill export-history -w ID");
	return tsk_fail(call, TSK_USAGE, "'%s' is no exported history: %s", path, why);
}

/* "dir/order-17.json" -> "order-17". */
static const char *name_of(struct tsk_call *call, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const size_t length = strlen(name), ending = strlen(ENDING);

	if (length > ending && !strcmp(name + length - ending, ENDING))
		return tsk_copy_bytes(call, name, length - ending);
	return name;
}

static const char *text_at(struct tsk_call *call, const char *attributes, const char *pointer)
{
	const char *text = tsk_json_pointer_text(call, attributes, pointer);

	tsk_forget_error(call);
	return text;
}

static bool is_closed(struct tsk_call *call, const char *events, size_t count)
{
	static const char *const ends[] = {
		"_EXECUTION_COMPLETED",      "_EXECUTION_FAILED",    "_EXECUTION_CANCELED",
		"_EXECUTION_TERMINATED",     "_EXECUTION_TIMED_OUT", "_EXECUTION_CONTINUED_AS_NEW",
		"WorkflowExecutionCompleted"
	};
	const char *last =
		text_at(call, events, tsk_format(call, "/%zu/eventType", count ? count - 1 : 0));

	for (size_t i = 0; last && i < sizeof(ends) / sizeof(*ends); i++)
		if (strstr(last, ends[i]))
			return true;
	return false;
}

/* How many members a checked JSON array has. */
static size_t count_events(struct tsk_call *call, const char *events)
{
	cJSON *list = tsk_parse(call, events);
	const size_t count = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;

	tsk_drop_result(call, list);
	return count;
}

static enum tsk_status add_file(struct chosen *chosen, const char *path)
{
	struct tsk_call *call = chosen->call;
	char absolute[PATH_MAX];
	size_t size = 0, offset = 0;
	const char *text = tsk_given_file_read(call, path, FILE_SIZE_MOST, &size);

	if (!text)
		return tsk_error(call);
	if (!tsk_json_check(text, size, &offset))
		return no_history(call, path, tsk_format(call, "no JSON at byte %zu", offset));
	const char *events = tsk_json_pointer(call, text, "/events");
	const char *started =
		events ? tsk_json_pointer(call, events,
					  "/0/workflowExecutionStartedEventAttributes")
		       : NULL;
	tsk_forget_error(call);
	if (!started)
		return no_history(call, path, "its first event is not the start of a workflow");
	if (!realpath(path, absolute))
		return tsk_fail(call, TSK_USAGE, "cannot find '%s': %s", path, strerror(errno));
	const char *id = text_at(call, started, "/workflowId");
	const char *run = text_at(call, started, "/originalExecutionRunId");
	const char *type = text_at(call, started, "/workflowType/name");
	const char *queue = text_at(call, started, "/taskQueue/name");
	const size_t count = count_events(call, events);
	chosen->items =
		tsk_grow(call, chosen->items, chosen->count, &chosen->room, sizeof(*chosen->items));
	chosen->items[chosen->count++] = (struct rehearsed){
		.workflow_id = id && *id ? id : name_of(call, path),
		.run_id = run ? run : "",
		.type = type ? type : "",
		.task_queue = queue ? queue : "",
		.open = !is_closed(call, events, count),
		.events = (int64_t)count,
		.file = tsk_copy(call, absolute),
		.by_type_only = true,
	};
	return TSK_OK;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static enum tsk_status add_folder(struct chosen *chosen, const char *path)
{
	struct tsk_lines files = { .call = chosen->call };
	DIR *folder = opendir(path);
	const size_t before = chosen->count, ending = strlen(ENDING);

	if (!folder)
		return tsk_fail(chosen->call, tsk_path_status(errno, TSK_USAGE),
				"cannot read the folder '%s': %s", path, strerror(errno));
	for (const struct dirent *entry; (entry = readdir(folder));) {
		const size_t length = strlen(entry->d_name);
		if (length > ending && !strcmp(entry->d_name + length - ending, ENDING))
			tsk_lines_add(&files, "%s/%s", path, entry->d_name);
	}
	closedir(folder);
	if (files.count)
		qsort(files.items, files.count, sizeof(*files.items), by_name);
	for (size_t i = 0; i < files.count; i++)
		if (add_file(chosen, files.items[i]))
			return tsk_error(chosen->call);
	if (chosen->count == before)
		return no_history(chosen->call, path, "no file in it ends in " ENDING);
	return TSK_OK;
}

enum tsk_status add_exported(struct chosen *chosen)
{
	const struct tsk_strings *given = &chosen->asked->histories;

	for (size_t i = 0; i < given->count; i++) {
		struct stat about;
		const bool is_folder = !stat(given->items[i], &about) && S_ISDIR(about.st_mode);
		if (is_folder ? add_folder(chosen, given->items[i])
			      : add_file(chosen, given->items[i]))
			return tsk_error(chosen->call);
	}
	return TSK_OK;
}
