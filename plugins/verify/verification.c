/* A verification under way: its steps, and the commands it is made of. */
#include "verification.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>

/* The part of a worker's log that is looked at, and that a receipt keeps. */
#define LOG_LINES 400
#define LOG_LIMIT ((size_t)64 << 10)

const char *member_text(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(member) ? member->valuestring : "";
}

enum tsk_status verification_command(struct verification *verification, const char *name,
				     const char *const *words, const cJSON **result,
				     const char **error)
{
	cJSON *answer;
	enum tsk_status status = tsk_ask_command(verification->call, name, words, &answer, error);

	*result = answer;
	if (!*error)
		*error = *result ? member_text(*result, "headline") : "no answer";
	if (status == TSK_INTERRUPTED)
		verification->interrupted = true;
	return status;
}

const char *verification_reason(struct tsk_call *call, const cJSON *result, const char *error)
{
	const cJSON *cause = cJSON_GetObjectItemCaseSensitive(result, "root_cause");
	const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(result, "evidence");

	if (cause && *member_text(cause, "type"))
		return tsk_cause_text(call, member_text(cause, "type"),
				      member_text(cause, "message"), "", 400);
	if (evidence && cJSON_IsString(evidence->child))
		return tsk_format(call, "%s, %s", member_text(result, "verdict"),
				  evidence->child->valuestring);
	return error;
}

bool verification_step(struct verification *verification, const char *name, bool ok, int64_t began,
		       enum tsk_status status, const char *detail, ...)
{
	struct tsk_call *call = verification->call;
	cJSON *row = tsk_append_object(verification->steps);
	va_list arguments;

	va_start(arguments, detail);
	const char *text = tsk_vformat(call, detail, arguments);
	va_end(arguments);
	tsk_set(row, "name", name);
	tsk_set_bool(row, "ok", ok);
	tsk_set_seconds(row, "seconds", tsk_now_ms() - began);
	tsk_set(row, "detail", text);
	tsk_progress(call, "%s %s: %s", ok ? "ok    " : "FAILED", name, text);
	if (!ok && !verification->failed++) {
		verification->first_failed = tsk_copy(call, name);
		verification->first_failed_detail = text;
		verification->first_failed_status = status ? status : TSK_NEGATIVE;
	}
	return ok;
}

bool verification_goes_on(const struct verification *verification)
{
	return !verification->interrupted && (!verification->failed || verification->keep_going);
}

/* ---- the worker ---- */

int recorded_pid(struct tsk_call *call, const char *kind, const char *address, const char *scope)
{
	const struct tsk_record *record = tsk_record_list(call, kind, NULL);

	tsk_forget_error(call);
	for (; record && record->kind; record++)
		if ((!address || !strcmp(record->address, address)) &&
		    (!scope || !strcmp(record->scope, scope)) && tsk_process_runs(&record->process))
			return record->process.pid;
	return 0;
}

const char *worker_log_tail(struct verification *verification)
{
	return verification->worker_log
		       ? tsk_file_tail(verification->call, verification->worker_log, LOG_LINES,
				       LOG_LIMIT, -1)
		       : NULL;
}

const char *worker_cause_of_death(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const char *text = worker_log_tail(verification);
	struct tsk_root_cause cause = { .type = "" };

	if (!text || !tsk_log_cause(call, text, &cause))
		return "";
	if (cause.summary && *cause.summary)
		return tsk_format(call, ": %s", cause.summary);
	return tsk_format(call, ": %s: %s", cause.type, tsk_shorten(call, cause.message, 400));
}

const char *worker_death(struct verification *verification)
{
	const char *project = tsk_setting(verification->call, TSK_SETTING_PROJECT_DIR);

	if (!verification->worker_ready ||
	    recorded_pid(verification->call, "worker", NULL, project))
		return "";
	return tsk_format(verification->call, "; the worker has ended%s",
			  worker_cause_of_death(verification));
}
