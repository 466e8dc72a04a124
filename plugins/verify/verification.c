/* A verification under way: its steps, and the commands it is made of. */
#include "verification.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>

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
