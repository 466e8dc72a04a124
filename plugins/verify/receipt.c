/* Collecting what a receipt tells, and writing it: as JSON, which is whole, and as what the file's
 * ending says. */
#include "receipt.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A run goes on as new for ever; its first runs tell what it does. */
#define MOST_RUNS 10

static const struct form {
	const char *ending;
	void (*write)(struct tsk_text *file, const struct receipt *receipt);
} forms[] = {
	{ ".json", receipt_json },
	{ ".md", receipt_markdown },
	{ ".html", receipt_html },
};

static const struct form *form_of(const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		size_t ending = strlen(forms[i].ending);
		if (length > ending && !strcmp(name + length - ending, forms[i].ending))
			return &forms[i];
	}
	return NULL;
}

enum tsk_status receipt_check(struct tsk_call *call, const struct tsk_strings *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *file = files->items[i], *slash = strrchr(file, '/');
		const char *folder =
			!slash ? "." : tsk_copy_bytes(call, file, (size_t)(slash - file) + 1);
		if (!form_of(file))
			return tsk_fail(call, TSK_USAGE,
					"cannot write a receipt '%s': it must end in .json, .md or "
					".html",
					file);
		if (access(folder, W_OK | X_OK))
			return tsk_fail(call, tsk_path_status(errno, TSK_USAGE),
					"cannot write a receipt '%s': %s", file, strerror(errno));
	}
	return TSK_OK;
}

/* ---- collecting ---- */

void receipt_add_workflow(struct receipt *receipt, cJSON *row, const char *run)
{
	receipt->workflows = tsk_grow(receipt->call, receipt->workflows, receipt->workflow_count,
				      &receipt->workflow_room, sizeof(*receipt->workflows));
	tsk_set(row, "run", run);
	receipt->workflows[receipt->workflow_count++] =
		(struct receipt_workflow){ .row = row, .run = run };
}

void receipt_add_log(struct receipt *receipt, const char *title, const char *path, const char *text)
{
	struct receipt_log log = { .title = title, .path = path, .text = text };

	if (!text || !*text)
		return;
	receipt->logs = tsk_grow(receipt->call, receipt->logs, receipt->log_count,
				 &receipt->log_room, sizeof(*receipt->logs));
	tsk_log_errors(receipt->call, text, &log.errors);
	receipt->logs[receipt->log_count++] = log;
}

/* What its last event says, which came after the starter had ended. */
static void update_row(struct receipt *receipt, cJSON *row, const struct tsk_workflow *workflow,
		       const struct tsk_event *close)
{
	struct tsk_call *call = receipt->call;

	tsk_set(row, "status", tsk_workflow_status_name(workflow->status));
	tsk_set_time(row, "closed_at", workflow->closed_at);
	if (workflow->status == TSK_WORKFLOW_COMPLETED)
		tsk_set_json(row, "result", tsk_payloads_json(call, &close->result));
	if (!workflow->closed_at || !close->failure)
		return;
	const struct tsk_failure *root = tsk_failure_root(close->failure);
	cJSON *cause = tsk_set_object(row, "root_cause");
	tsk_set(cause, "type", tsk_failure_type(root));
	tsk_set(cause, "message", root->message);
	tsk_set(cause, "location", tsk_failure_location(call, root));
	tsk_set(cause, "stack_trace", root->stack_trace);
}

static const char *id_of(const struct receipt_workflow *one, const char *key)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(one->row, key);

	return cJSON_IsString(id) ? id->valuestring : "";
}

static enum tsk_status read_one(struct receipt *receipt, struct receipt_workflow *one)
{
	struct tsk_call *call = receipt->call;
	const struct tsk_workflow *workflow = NULL;
	struct tsk_history *history = tsk_alloc(call, sizeof(*history));
	/* Without a file to write, the last event is all that is needed. */
	enum tsk_status status = tsk_describe_workflow(call, id_of(one, "workflow_id"),
						       id_of(one, "run_id"), &workflow);

	if (status == TSK_OK)
		status = receipt->files.count ? tsk_history_forward(call, workflow->workflow_id,
								    workflow->run_id, 0, history)
					      : tsk_history_backward(call, workflow->workflow_id,
								     workflow->run_id, 1, history);
	if (status != TSK_OK)
		return status;
	if (history->count)
		update_row(receipt, one->row, workflow, &history->events[history->count - 1]);
	one->timeline = tsk_timeline(call, workflow, history, tsk_wall_ns());
	return TSK_OK;
}

/* The run that follows is a row of its own, so that its events are seen, too. */
static bool add_next_run(struct receipt *receipt, size_t at)
{
	struct tsk_call *call = receipt->call;
	const struct tsk_timeline *timeline = receipt->workflows[at].timeline;

	if (!receipt->files.count || !timeline->history->count)
		return false;
	const struct tsk_event *last = &timeline->history->events[timeline->history->count - 1];
	if (!*last->new_run_id)
		return false;
	cJSON *row = tsk_parse(call, "{}");
	tsk_set(row, "workflow_id", timeline->workflow->workflow_id);
	tsk_set(row, "run_id", last->new_run_id);
	tsk_set(row, "workflow_type", timeline->workflow->type);
	tsk_set(row, "task_queue", timeline->workflow->task_queue);
	tsk_set(row, "link",
		tsk_workflow_link(call, timeline->workflow->workflow_id, last->new_run_id));
	receipt_add_workflow(receipt, row, receipt->workflows[at].run);
	return true;
}

void receipt_collect(struct receipt *receipt)
{
	struct tsk_call *call = receipt->call;
	const char *gone = NULL;
	size_t followed = 0;

	for (size_t i = 0; i < receipt->workflow_count; i++) {
		if (receipt->workflows[i].timeline || receipt->workflows[i].problem)
			continue;
		enum tsk_status status =
			gone ? TSK_UNAVAILABLE : read_one(receipt, &receipt->workflows[i]);
		if (status == TSK_OK) {
			followed += followed < MOST_RUNS && add_next_run(receipt, i);
			continue;
		}
		if (!gone && status != TSK_INTERRUPTED)
			receipt->workflows[i].problem = tsk_copy(call, tsk_error_message(call));
		/* A server that does not answer is asked once, not once for each workflow. */
		if (status == TSK_UNAVAILABLE || status == TSK_TIMEOUT)
			gone = "the server was gone";
		tsk_forget_error(call);
		/* Cleaning up comes here again. */
		if (status == TSK_INTERRUPTED)
			return;
		if (!receipt->workflows[i].problem)
			receipt->workflows[i].problem = gone;
	}
}

/* ---- writing ---- */

enum tsk_status receipt_write(struct receipt *receipt, cJSON *written)
{
	struct tsk_call *call = receipt->call;
	const char *problem = NULL;
	enum tsk_status status = TSK_OK;

	for (size_t i = 0; i < receipt->files.count; i++) {
		struct tsk_text file = { .call = call };
		form_of(receipt->files.items[i])->write(&file, receipt);
		if (!tsk_file_write(call, receipt->files.items[i], file.bytes, file.size)) {
			tsk_append(written, receipt->files.items[i]);
			continue;
		}
		if (!problem) {
			problem = tsk_copy(call, tsk_error_message(call));
			status = tsk_error(call);
		}
		tsk_forget_error(call);
	}
	return problem ? tsk_fail(call, status, "%s", problem) : TSK_OK;
}

const char *receipt_text(struct tsk_call *call, const cJSON *object, const char *key)
{
	cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!member || cJSON_IsNull(member))
		return "";
	if (cJSON_IsString(member))
		return member->valuestring;
	char *printed = cJSON_PrintUnformatted(member);
	const char *text = tsk_copy(call, printed);
	cJSON_free(printed);
	return text;
}

int64_t receipt_ms(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	/* Seconds are written digit for digit. */
	return cJSON_IsRaw(member) ? (int64_t)(strtod(member->valuestring, NULL) * 1000 + 0.5) : 0;
}

const char *receipt_tail(const char *text, size_t limit)
{
	size_t size = strlen(text);

	if (size <= limit)
		return text;
	const char *line = strchr(text + size - limit, '\n');
	return line ? line + 1 : text + size - limit;
}

/* ---- JSON ---- */

static cJSON *workflow_object(const struct receipt *receipt, const struct receipt_workflow *one)
{
	cJSON *object = cJSON_Duplicate(one->row, true);
	cJSON *events = tsk_set_list(object, "events");

	if (one->problem)
		tsk_set(object, "events_problem", one->problem);
	for (size_t i = 0; one->timeline && i < one->timeline->history->count; i++)
		tsk_event_say(receipt->call, events, &one->timeline->history->events[i],
			      one->timeline->began);
	return object;
}

void receipt_json(struct tsk_text *file, const struct receipt *receipt)
{
	struct tsk_call *call = receipt->call;
	cJSON *object = cJSON_CreateObject();

	tsk_set(object, "command", "verify-project");
	tsk_set(object, "verdict", receipt->verdict);
	tsk_set(object, "headline", receipt->headline);
	tsk_set_time(object, "started_at", receipt->began);
	tsk_set_time(object, "finished_at", tsk_wall_ns());
	tsk_set(object, "address", tsk_setting(call, TSK_SETTING_ADDRESS));
	tsk_set(object, "namespace", tsk_setting(call, TSK_SETTING_NAMESPACE));
	for (const cJSON *member = receipt->result->child; member; member = member->next)
		if (strcmp(member->string, "workflows") != 0 &&
		    strcmp(member->string, "receipts") != 0)
			cJSON_AddItemToObject(object, member->string,
					      cJSON_Duplicate(member, true));
	cJSON *workflows = tsk_set_list(object, "workflows");
	for (size_t i = 0; i < receipt->workflow_count; i++)
		cJSON_AddItemToArray(workflows, workflow_object(receipt, &receipt->workflows[i]));
	cJSON *logs = tsk_set_list(object, "logs");
	for (size_t i = 0; i < receipt->log_count; i++) {
		cJSON *row = tsk_append_object(logs);
		tsk_set(row, "title", receipt->logs[i].title);
		tsk_set(row, "path", receipt->logs[i].path);
		cJSON *errors = tsk_set_list(row, "errors");
		for (size_t k = 0; k < receipt->logs[i].errors.count; k++)
			tsk_append(errors, receipt->logs[i].errors.items[k]);
		tsk_set(row, "text", receipt->logs[i].text);
	}
	char *printed = cJSON_Print(object);
	tsk_text_add(file, printed);
	tsk_text_add(file, "\n");
	cJSON_free(printed);
	cJSON_Delete(object);
}
