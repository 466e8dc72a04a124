/* What came of a run of the starter, in one line. */
#include "watch_outcome.h"

#include <string.h>

const char *watch_text(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(member) ? member->valuestring : "";
}

static const char *workflow_text(struct tsk_call *call, const cJSON *row)
{
	cJSON *result = cJSON_GetObjectItemCaseSensitive(row, "result");
	char *printed = result ? cJSON_PrintUnformatted(result) : NULL;
	const char *problem = watch_text(row, "problem");
	const char *text = tsk_format(call, "%s %s%s%s%s%s", watch_text(row, "workflow_type"),
				      watch_text(row, "status"), printed ? " " : "",
				      printed ? tsk_shorten(call, printed, 600) : "",
				      *problem ? ": " : "", tsk_shorten(call, problem, 600));

	cJSON_free(printed);
	return text;
}

const char *watch_outcome(struct tsk_call *call, const cJSON *result, const char *error)
{
	const cJSON *workflows = cJSON_GetObjectItemCaseSensitive(result, "workflows");
	const char *cause = watch_text(result, "cause");
	struct tsk_text text = { .call = call };

	for (const cJSON *row = workflows ? workflows->child : NULL; row; row = row->next)
		tsk_text_join(&text, "; ", "%s", workflow_text(call, row));
	if (text.size)
		return tsk_text_value(&text);
	if (!*error)
		error = watch_text(result, "headline");
	return strstr(error, cause) ? error : tsk_format(call, "%s: %s", error, cause);
}
