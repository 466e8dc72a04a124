/* The workers of a verification: their logs, and whether they still run. */
#include "verification.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>
#include <sys/stat.h>

/* Of a worker's log, where the reason of its death stands. */
#define LOG_LINES 400
#define LOG_LIMIT ((size_t)64 << 10)

static void add(struct verification *verification, const cJSON *row)
{
	if (*member_text(row, "log") && verification->log_count < WORKER_LOGS_MOST)
		verification->logs[verification->log_count++] =
			(struct worker_log){ .name = member_text(row, "name"),
					     .path = member_text(row, "log") };
}

const cJSON *worker_rows(const cJSON *result)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(result, "health");

	if (!cJSON_IsArray(rows))
		rows = cJSON_GetObjectItemCaseSensitive(result, "workers");
	return cJSON_IsArray(rows) ? rows : NULL;
}

const char *worker_warnings(struct tsk_call *call, const cJSON *result)
{
	struct tsk_text text = { .call = call };

	if (*member_text(result, "warning"))
		return member_text(result, "warning");
	for (const cJSON *row = worker_rows(result) ? worker_rows(result)->child : NULL; row;
	     row = row->next)
		if (*member_text(row, "warning"))
			tsk_text_join(&text, "; ", "'%s': %s", member_text(row, "name"),
				      member_text(row, "warning"));
	return tsk_text_value(&text);
}

const char *worker_remedies(struct tsk_call *call, const cJSON *result)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(result, "remedies");
	struct tsk_text text = { .call = call };

	if (*member_text(result, "remedy"))
		return member_text(result, "remedy");
	for (const cJSON *remedy = list ? list->child : NULL; remedy; remedy = remedy->next)
		if (cJSON_IsString(remedy))
			tsk_text_join(&text, "; ", "%s", remedy->valuestring);
	return tsk_text_value(&text);
}

void worker_logs_take(struct verification *verification, const cJSON *result)
{
	const cJSON *rows = worker_rows(result);

	verification->log_count = 0;
	for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next)
		add(verification, row);
	if (!rows)
		add(verification, result);
}

bool workers_any(const cJSON *result)
{
	const cJSON *rows = worker_rows(result);

	for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next)
		if (cJSON_GetObjectItemCaseSensitive(row, "pid"))
			return true;
	return cJSON_GetObjectItemCaseSensitive(result, "pid") != NULL;
}

void worker_logs_begin(struct verification *verification)
{
	struct stat status;

	for (size_t i = 0; i < verification->log_count; i++) {
		struct worker_log *log = &verification->logs[i];
		log->began = stat(log->path, &status) ? 0 : status.st_size;
	}
}

const char *worker_log_tail(struct verification *verification, const struct worker_log *log)
{
	return tsk_file_tail(verification->call, log->path, LOG_LINES, LOG_LIMIT, -1);
}

/* ": why it ended"; "" where the log does not say. */
static const char *cause_of_death(struct verification *verification, const struct worker_log *log)
{
	struct tsk_call *call = verification->call;
	const char *text = worker_log_tail(verification, log);
	struct tsk_root_cause cause = { .type = "" };

	if (!text || !tsk_log_cause(call, text, &cause))
		return "";
	if (cause.summary && *cause.summary)
		return tsk_format(call, ": %s", cause.summary);
	return tsk_format(call, ": %s: %s", cause.type, tsk_shorten(call, cause.message, 400));
}

const char *worker_cause_of_death(struct verification *verification)
{
	const char *cause = "";

	for (size_t i = 0; i < verification->log_count && !*cause; i++)
		cause = cause_of_death(verification, &verification->logs[i]);
	return cause;
}

/* A record of one of several is called PROJECT/NAME. */
static bool runs(struct verification *verification, const char *name)
{
	struct tsk_call *call = verification->call;
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	tsk_forget_error(call);
	for (; record && record->kind; record++) {
		const char *slash = strrchr(record->name, '/');
		if (!strcmp(record->scope, project) && tsk_process_runs(&record->process) &&
		    (!*name || (slash && !strcmp(slash + 1, name))))
			return true;
	}
	return false;
}

const char *worker_death(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const char *told = "";

	for (size_t i = 0; verification->worker_ready && i < verification->log_count; i++) {
		const struct worker_log *log = &verification->logs[i];
		if (!runs(verification, log->name))
			told = tsk_format(call, "%s; the worker%s has ended%s", told,
					  *log->name ? tsk_format(call, " '%s'", log->name) : "",
					  cause_of_death(verification, log));
	}
	return told;
}
