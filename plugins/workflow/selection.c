/* Choosing many workflows. */
#include "selection.h"

#include <temporal-skill/process.h>

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A hundred thousand ids of a hundred bytes. */
#define LARGEST_FILE ((size_t)16 << 20)

static void make_room(struct tsk_call *call, struct selection *selection, size_t count)
{
	selection->ids = tsk_alloc(call, (count + 1) * sizeof(*selection->ids));
	selection->run_ids = tsk_alloc(call, (count + 1) * sizeof(*selection->run_ids));
	selection->statuses = tsk_alloc(call, (count + 1) * sizeof(*selection->statuses));
	selection->messages = tsk_alloc(call, (count + 1) * sizeof(*selection->messages));
}

static void add_selected(struct selection *selection, const char *id, const char *run_id)
{
	selection->ids[selection->count] = id;
	selection->run_ids[selection->count] = run_id;
	selection->messages[selection->count++] = "";
}

const char *running_query(struct tsk_call *call, const char *query)
{
	static const char running[] = "ExecutionStatus = 'Running'";

	return query && *query ? tsk_format(call, "(%s) AND %s", query, running) : running;
}

static enum tsk_status by_query(struct tsk_call *call, const struct selector *selector,
				struct selection *selection)
{
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;

	if (tsk_list_workflows(call, running_query(call, selector->query), (size_t)selector->limit,
			       &workflows, &count, &selection->more))
		return tsk_error(call);
	make_room(call, selection, count);
	for (size_t i = 0; i < count; i++)
		add_selected(selection, workflows[i].workflow_id, workflows[i].run_id);
	selection->what = tsk_format(call, "running, by the query %s", selector->query);
	return TSK_OK;
}

static enum tsk_status by_pattern(struct tsk_call *call, const struct selector *selector,
				  struct selection *selection)
{
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;
	regex_t pattern;
	int problem = regcomp(&pattern, selector->pattern, REG_EXTENDED | REG_NOSUB);

	if (problem) {
		char text[128];
		regerror(problem, &pattern, text, sizeof(text));
		return tsk_fail(call, TSK_USAGE, "bad pattern '%s' of '--pattern': %s",
				selector->pattern, text);
	}
	if (tsk_list_workflows(call, running_query(call, NULL), 0, &workflows, &count, NULL)) {
		regfree(&pattern);
		return tsk_error(call);
	}
	make_room(call, selection, count);
	for (size_t i = 0; i < count; i++) {
		if (regexec(&pattern, workflows[i].workflow_id, 0, NULL, 0) != 0)
			continue;
		if (selection->count == (size_t)selector->limit)
			selection->more = true;
		else
			add_selected(selection, workflows[i].workflow_id, workflows[i].run_id);
	}
	regfree(&pattern);
	selection->what = tsk_format(call, "running, with '%s' in the id", selector->pattern);
	return TSK_OK;
}

/* NULL with the error recorded. */
static const char *read_ids(struct tsk_call *call, const char *file, size_t *size)
{
	if (strcmp(file, "-") != 0 && access(file, F_OK)) {
		tsk_fail(call, tsk_path_status(errno, TSK_USAGE), "cannot open '%s': %s", file,
			 strerror(errno));
		return NULL;
	}
	if (strcmp(file, "-") != 0)
		return tsk_file_read(call, file, LARGEST_FILE, size);
	char *text = tsk_alloc(call, LARGEST_FILE + 2);
	*size = fread(text, 1, LARGEST_FILE + 1, stdin);
	if (!ferror(stdin) && *size <= LARGEST_FILE)
		return text;
	tsk_fail(call, TSK_USAGE, "cannot read standard input: %s",
		 *size > LARGEST_FILE ? "more than 16 MB" : "read error");
	return NULL;
}

/* A text ends at a NUL: the id before it may be another workflow's, and those behind it would be
 * left out unsaid. */
static enum tsk_status check_ids(struct tsk_call *call, const char *file, const char *ids,
				 size_t size)
{
	const char *nul = memchr(ids, '\0', size);
	size_t line = 1;

	if (!nul)
		return TSK_OK;
	for (const char *at = ids; at < nul; at++)
		line += *at == '\n';
	return tsk_fail(call, TSK_USAGE, "line %zu of '%s' has a NUL character", line, file);
}

static enum tsk_status by_file(struct tsk_call *call, const struct selector *selector,
			       struct selection *selection)
{
	size_t lines = 1, size = 0;
	const char *at = read_ids(call, selector->ids_file, &size);

	if (!at || check_ids(call, selector->ids_file, at, size))
		return tsk_error(call);
	for (const char *end = at; *end; end++)
		lines += *end == '\n';
	make_room(call, selection, lines);
	while (*at) {
		size_t length = strcspn(at, "\r\n");
		if (length && selection->count == (size_t)selector->limit)
			selection->more = true;
		else if (length)
			add_selected(selection, tsk_copy_bytes(call, at, length), "");
		at += length + strspn(at + length, "\r\n");
	}
	selection->what = tsk_format(call, "the ids in '%s'", selector->ids_file);
	return TSK_OK;
}

enum tsk_status find_stalled(struct tsk_call *call, struct selection *selection)
{
	static const char *const no_words[] = { NULL };
	const char *error;
	cJSON *result;
	enum tsk_status status;

	if (selection->stalled)
		return TSK_OK;
	status = tsk_ask_command(call, "find-stalled-workflows", no_words, &result, &error);
	if (status != TSK_OK)
		return tsk_fail(call, status, "cannot find the stalled workflows: %s",
				error ? error : "no answer");
	selection->stalled = cJSON_GetObjectItemCaseSensitive(result, "stalled");
	if (!cJSON_IsArray(selection->stalled))
		return tsk_fail(call, TSK_INTERNAL, "find-stalled-workflows gave no list");
	return TSK_OK;
}

static enum tsk_status by_stall(struct tsk_call *call, const struct selector *selector,
				struct selection *selection)
{
	if (find_stalled(call, selection))
		return tsk_error(call);
	make_room(call, selection, (size_t)cJSON_GetArraySize(selection->stalled));
	for (const cJSON *row = selection->stalled->child; row; row = row->next) {
		const cJSON *id = cJSON_GetObjectItemCaseSensitive(row, "workflow_id");
		const cJSON *run_id = cJSON_GetObjectItemCaseSensitive(row, "run_id");
		if (!cJSON_IsString(id))
			continue;
		if (selection->count == (size_t)selector->limit)
			selection->more = true;
		else
			add_selected(selection, id->valuestring,
				     cJSON_IsString(run_id) ? run_id->valuestring : "");
	}
	selection->what = "stalled, as find-stalled-workflows reports them";
	return TSK_OK;
}

enum tsk_status select_workflows(struct tsk_call *call, const struct selector *selector,
				 struct selection *selection)
{
	if (!!selector->pattern + !!selector->query + !!selector->ids_file > 1)
		return tsk_fail(call, TSK_USAGE,
				"'--pattern', '--query' and '--workflow-ids' exclude each other");
	if (selector->pattern)
		return by_pattern(call, selector, selection);
	if (selector->query)
		return by_query(call, selector, selection);
	if (selector->ids_file)
		return by_file(call, selector, selection);
	return by_stall(call, selector, selection);
}

const char *stalled_verdict(const struct selection *selection, const char *workflow_id)
{
	const cJSON *row = selection->stalled ? selection->stalled->child : NULL;

	for (; row; row = row->next) {
		const cJSON *id = cJSON_GetObjectItemCaseSensitive(row, "workflow_id");
		const cJSON *verdict = cJSON_GetObjectItemCaseSensitive(row, "verdict");
		if (cJSON_IsString(id) && !strcmp(id->valuestring, workflow_id))
			return cJSON_IsString(verdict) ? verdict->valuestring : NULL;
	}
	return NULL;
}

bool cannot_act(const char *verdict)
{
	static const char *const verdicts[] = {
		"nondeterminism",        "missing_workflow",      "sandbox_violation",
		"workflow_task_failure", "workflow_task_timeout", "no_workflow_worker",
	};

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
		if (!strcmp(verdict, verdicts[i]))
			return true;
	return false;
}

const char *selector_flags(struct tsk_call *call, const struct selector *selector)
{
	if (selector->pattern)
		return tsk_format(call, " --pattern %s", tsk_quote(call, selector->pattern));
	if (selector->query)
		return tsk_format(call, " --query %s", tsk_quote(call, selector->query));
	if (selector->ids_file)
		return tsk_format(call, " --workflow-ids %s", tsk_quote(call, selector->ids_file));
	return "";
}
