/* export-history: whole histories, as files that the SDKs' replayers read. */
#include "history_names.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct export_options {
	const char *workflow_id, *run_id;
	const char *query;
	int64_t limit;
	const char *directory, *file;
};

#define AT(field) .at = offsetof(struct export_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_ID_OPTION(struct export_options, false, "the workflow"),
	TSK_RUN_ID_OPTION(struct export_options),
	{ .name = "query",
	  .type = TSK_STRING,
	  AT(query),
	  .argument = "QUERY",
	  .help = "only workflows that this visibility query matches" },
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(limit),
	  .argument = "N",
	  .help = "of these at most this many, the newest",
	  .fallback = "200",
	  .minimum = 1,
	  .maximum = 100000 },
	{ .name = "directory",
	  .type = TSK_STRING,
	  AT(directory),
	  .argument = "DIR",
	  .help = "the folder for WORKFLOWID.json, made where it is missing",
	  .fallback = "." },
	{ .name = "file",
	  .type = TSK_STRING,
	  AT(file),
	  .argument = "FILE",
	  .help = "of one workflow: this file" },
	{ 0 },
};

/* Held at a time, before it is in files. */
#define BYTES_MOST ((size_t)256 << 20)

/* One history and what became of it. */
struct exported {
	bool is_written;
	int64_t events, unknown_fields, replaced_texts;
	size_t size; /* of the file */
	const char *unknown_field;
	enum tsk_status status;
	const char *problem;
};

struct export
{
	struct tsk_call *call;
	const struct tsk_workflow *const *workflows;
	struct tsk_raw_history *histories;
	const char *folder, **paths;
	struct exported *exported;
	size_t count, done, written;
	bool more; /* than the limit */
};

/* ---- what and where ---- */

static enum tsk_status check_options(struct tsk_call *call, const struct export_options *o)
{
	if (!o->workflow_id == !o->query)
		return tsk_fail(call, TSK_USAGE, "expected '--workflow-id' or '--query'");
	if (o->query && o->run_id)
		return tsk_fail(call, TSK_USAGE, "'--run-id' wants '--workflow-id'");
	if (o->query && o->file)
		return tsk_fail(call, TSK_USAGE,
				"'--file' is for one workflow: those of a query go into "
				"'--directory'");
	if (o->file && strcmp(o->directory, ".") != 0)
		return tsk_fail(call, TSK_USAGE, "'--file' and '--directory' exclude each other");
	if (o->file && !*o->file)
		return tsk_fail(call, TSK_USAGE, "'--file' is empty");
	return *o->directory ? TSK_OK : tsk_fail(call, TSK_USAGE, "'--directory' is empty");
}

/* The folder's absolute path, by which whoever works elsewhere finds it; NULL with the error
 * recorded. */
static const char *absolute(struct tsk_call *call, const char *folder)
{
	char path[PATH_MAX];

	if (realpath(folder, path))
		return tsk_copy(call, path);
	tsk_fail(call, tsk_path_status(errno, TSK_USAGE), "cannot write into '%s': %s", folder,
		 strerror(errno));
	return NULL;
}

static const char *folder_for(struct tsk_call *call, const char *folder)
{
	struct stat about;

	if (mkdir(folder, 0755) && errno != EEXIST) {
		tsk_fail(call, tsk_path_status(errno, TSK_USAGE), "cannot make '%s': %s", folder,
			 strerror(errno));
		return NULL;
	}
	if (!stat(folder, &about) && !S_ISDIR(about.st_mode)) {
		tsk_fail(call, TSK_USAGE, "'%s' is no folder", folder);
		return NULL;
	}
	return absolute(call, folder);
}

static const char *path_of(struct tsk_call *call, const char *folder, const char *name)
{
	return tsk_format(call, "%s/%s", strcmp(folder, "/") != 0 ? folder : "", name);
}

static enum tsk_status choose_paths(struct export *export, const struct export_options *o)
{
	struct tsk_call *call = export->call;
	const char *slash = o->file ? strrchr(o->file, '/') : NULL;
	const char *folder = !o->file ? folder_for(call, o->directory)
			     : slash  ? absolute(call, tsk_copy_bytes(call, o->file,
								      (size_t)(slash + 1 - o->file)))
				      : absolute(call, ".");

	if (!folder)
		return tsk_error(call);
	export->folder = folder;
	history_names(call, export->workflows, export->count, export->paths);
	if (o->file)
		export->paths[0] = slash ? slash + 1 : o->file;
	if (o->file && !*export->paths[0])
		return tsk_fail(call, TSK_USAGE, "'%s' is no file", o->file);
	for (size_t i = 0; i < export->count; i++)
		export->paths[i] = path_of(call, folder, export->paths[i]);
	return TSK_OK;
}

/* false: the error says why not. */
static bool find_workflows(struct export *export, const struct export_options *o)
{
	struct tsk_call *call = export->call;
	const struct tsk_workflow *listed = NULL;

	export->count = 1;
	if (o->query && tsk_list_workflows(call, o->query, (size_t)o->limit, &listed,
					   &export->count, &export->more))
		return false;
	const struct tsk_workflow **workflows =
		tsk_alloc(call, (export->count + 1) * sizeof(*workflows));
	if (!o->query && tsk_describe_workflow(call, o->workflow_id, o->run_id, &workflows[0]))
		return false;
	for (size_t i = 0; o->query && i < export->count; i++)
		workflows[i] = &listed[i];
	export->workflows = workflows;
	export->histories = tsk_alloc(call, (export->count + 1) * sizeof(*export->histories));
	export->paths = tsk_alloc(call, (export->count + 1) * sizeof(*export->paths));
	export->exported = tsk_alloc(call, (export->count + 1) * sizeof(*export->exported));
	for (size_t i = 0; i < export->count; i++) {
		export->histories[i].workflow_id = workflows[i]->workflow_id;
		export->histories[i].run_id = workflows[i]->run_id;
		export->exported[i].problem = "it was not read";
	}
	return true;
}

/* ---- reading and writing ---- */

/* Of the texts that are worth keeping, what the call's memory has is gone when the next history
 * comes. */
struct kept {
	char unknown_field[128], problem[256];
};

static enum tsk_status write_json(struct export *export, size_t i, struct kept *kept)
{
	struct tsk_call *call = export->call;
	struct exported *exported = &export->exported[i];
	const struct tsk_raw_history *history = &export->histories[i];
	struct tsk_history_json json;

	exported->status = tsk_history_json(call, history->bytes, history->size, &json);
	if (exported->status) {
		snprintf(kept->problem, sizeof(kept->problem), "%s", json.problem);
		return TSK_OK;
	}
	exported->events = history->events;
	exported->size = json.size;
	exported->unknown_fields = json.unknown_fields;
	exported->replaced_texts = json.replaced_texts;
	if (json.unknown_field)
		snprintf(kept->unknown_field, sizeof(kept->unknown_field), "%s",
			 json.unknown_field);
	if (tsk_file_write(call, export->paths[i], json.text, json.size))
		return tsk_error(call);
	exported->is_written = true;
	export->written++;
	return TSK_OK;
}

/* A file that cannot be written ends it: the others would not get further. */
static bool take_history(void *context, const struct tsk_raw_history *history)
{
	struct export *export = context;
	struct tsk_call *call = export->call;
	const size_t i = (size_t)(history - export->histories);
	struct exported *exported = &export->exported[i];
	struct kept kept = { .problem = "" };

	export->done++;
	if (history->status) {
		exported->status = history->status;
		exported->problem = history->problem;
		return true;
	}
	struct tsk_mark mark = tsk_mark(call);
	enum tsk_status status = write_json(export, i, &kept);
	tsk_rewind(call, mark);
	if (*kept.unknown_field)
		exported->unknown_field = tsk_copy(call, kept.unknown_field);
	if (*kept.problem)
		exported->problem = tsk_copy(call, kept.problem);
	if (export->done % 20 == 0)
		tsk_progress(call, "%zu of %zu histories", export->done, export->count);
	return status == TSK_OK;
}

/* ---- what is said ---- */

static void say_written(cJSON *list, const struct export *export, size_t i)
{
	const struct tsk_workflow *workflow = export->workflows[i];
	const struct exported *exported = &export->exported[i];
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "workflow_id", workflow->workflow_id);
	tsk_set(row, "run_id", workflow->run_id);
	tsk_set(row, "workflow_type", workflow->type);
	tsk_set(row, "status", tsk_workflow_status_name(workflow->status));
	tsk_set_number(row, "events", exported->events);
	tsk_set_number(row, "bytes", (int64_t)exported->size);
	tsk_set(row, "file", export->paths[i]);
	if (exported->unknown_fields)
		tsk_set_number(row, "unknown_fields", exported->unknown_fields);
	if (exported->replaced_texts)
		tsk_set_number(row, "replaced_texts", exported->replaced_texts);
}

static int64_t say_rows(struct export *export)
{
	cJSON *list = tsk_set_list(tsk_result(export->call), "histories");
	cJSON *others = tsk_set_list(tsk_result(export->call), "not_exported");
	int64_t events = 0;

	for (size_t i = 0; i < export->count; i++) {
		if (export->exported[i].is_written) {
			say_written(list, export, i);
			events += export->exported[i].events;
			continue;
		}
		cJSON *row = tsk_append_object(others);
		tsk_set(row, "workflow_id", export->workflows[i]->workflow_id);
		tsk_set(row, "run_id", export->workflows[i]->run_id);
		tsk_set(row, "problem", export->exported[i].problem);
	}
	tsk_set_bool(tsk_result(export->call), "more", export->more);
	return events;
}

/* What is not in the files, in words to follow the headline. */
static const char *losses_text(const struct export *export)
{
	struct tsk_text text = { .call = export->call };
	int64_t unknown = 0, replaced = 0;
	const char *field = NULL;

	for (size_t i = 0; i < export->count; i++) {
		if (!export->exported[i].is_written)
			continue;
		unknown += export->exported[i].unknown_fields;
		replaced += export->exported[i].replaced_texts;
		field = field ? field : export->exported[i].unknown_field;
	}
	if (unknown)
		tsk_text_format(&text, "; without %s that this version does not know%s",
				tsk_count_text(export->call, unknown, "field"),
				field ? tsk_format(export->call, " (%s)", field) : "");
	if (replaced)
		tsk_text_format(&text, "; %s that %s no UTF-8",
				tsk_count_text(export->call, replaced, "text"),
				replaced == 1 ? "was" : "were");
	return tsk_text_value(&text);
}

static void say_verdict(const struct export *export, int64_t events)
{
	struct tsk_call *call = export->call;
	const char *all = tsk_count_text(call, (int64_t) export->count, "history");
	const char *losses = losses_text(export);

	if (tsk_error(call))
		tsk_verdict(call, "cut_off", "%zu of %s written: %s", export->written, all,
			    tsk_error_message(call));
	else if (export->count == 1)
		tsk_verdict(call, "exported", "%s of '%s' in '%s'%s",
			    tsk_count_text(call, events, "event"),
			    export->workflows[0]->workflow_id, export->paths[0], losses);
	else if (export->written < export->count)
		tsk_verdict(call, "partial", "%zu of %s in '%s'%s; %zu could not be read",
			    export->written, all, export->folder, losses,
			    export->count - export->written);
	else
		tsk_verdict(call, "exported", "%s (%s) in '%s'%s", all,
			    tsk_count_text(call, events, "event"), export->folder, losses);
}

static enum tsk_status say_outcome(struct export *export, const struct export_options *o)
{
	struct tsk_call *call = export->call;
	const enum tsk_status cut_off = tsk_error(call);

	/* Of one there is nothing to tell but what kept it. */
	if (export->count == 1 && cut_off)
		return cut_off;
	if (export->count == 1 && !export->written)
		return tsk_fail(call, export->exported[0].status,
				"cannot export the history of '%s': %s",
				export->workflows[0]->workflow_id, export->exported[0].problem);
	int64_t events = say_rows(export);
	say_verdict(export, events);
	if (export->more)
		tsk_note(call, "more than %lld match; --limit raises the number",
			 (long long)o->limit);
	if (cut_off || export->written == export->count)
		return cut_off;
	return tsk_unanswered(call) ? tsk_unanswered(call) : TSK_NEGATIVE;
}

static enum tsk_status export_history(struct tsk_call *call, const void *given)
{
	const struct export_options *o = given;
	struct export export = { .call = call };

	if (check_options(call, o) || !find_workflows(&export, o))
		return tsk_error(call);
	if (!export.count) {
		say_rows(&export);
		tsk_verdict(call, "none", "no workflow matches the query");
		return TSK_NEGATIVE;
	}
	if (choose_paths(&export, o))
		return tsk_error(call);
	tsk_raw_histories(call, export.histories, export.count, TSK_NO_DEADLINE, BYTES_MOST,
			  take_history, &export);
	return say_outcome(&export, o);
}

static const struct tsk_view views[] = {
	{ .path = "not_exported", .label = "", .columns = "workflow_id problem" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill export-history -w order-17",
	"temporal-skill export-history -w order-17 --file tests/order-17.json",
	"temporal-skill export-history --query \"WorkflowType = 'Order'\" --directory histories",
	NULL,
};

const struct tsk_command export_history_command = {
	.name = "export-history",
	.summary = "write whole histories into files that the SDKs' replayers read",
	.details =
		"The JSON is that of `temporal workflow show -o json`. Payloads stay as they "
		"are on the server, encoded ones too: a replayer has the codec. It is to be given "
		"the workflow's own id as well, on which code may depend. A file that is there is "
		"replaced. In names of files, what is unusual in an id is written %XX. Exit 1 when "
		"one of many could not be read, or the query matches none.",
	.examples = examples,
	/* What changes is here: of the server, wherever it is, it only asks. */
	.needs = TSK_CHANGES | TSK_ASKS_SERVER,
	.options = options,
	.options_size = sizeof(struct export_options),
	.views = views,
	.rows = "histories",
	.run = export_history,
};
