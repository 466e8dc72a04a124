/* The running workflows, replayed against changed sources before their worker is replaced. */
#include "start_worker.h"

#include <temporal-skill/passport.h>

#include <string.h>

/* At most so much is added; what was not looked at by then is counted. */
#define TIMEOUT "5s"

static const char *mode_of(const struct tsk_call *call, const struct ensuring *ensuring)
{
	if (ensuring->no_rehearse)
		return "off";
	return ensuring->rehearse ? "refuse" : tsk_setting(call, TSK_SETTING_REHEARSE);
}

static const char *const *words_for(struct tsk_call *call, const struct ensuring *ensuring)
{
	struct tsk_lines words = { .call = call };

	if (ensuring->name)
		tsk_lines_push(&words, ensuring->name);
	if (ensuring->worker_cmd) {
		tsk_lines_push(&words, "--worker-cmd");
		tsk_lines_push(&words, ensuring->worker_cmd);
	}
	tsk_lines_push(&words, "--if-changed");
	tsk_lines_push(&words, "--quick");
	tsk_lines_push(&words, "--timeout");
	tsk_lines_push(&words, TIMEOUT);
	return words.items;
}

static int64_t number_of(const cJSON *answer, const char *key)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(answer, key);

	return cJSON_IsNumber(number) ? (int64_t)number->valuedouble : 0;
}

static const char *text_of(const cJSON *answer, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, key));

	return text ? text : "";
}

static void say(struct tsk_call *call, const cJSON *answer)
{
	cJSON *said = tsk_set_object(tsk_result(call), "rehearsal");
	const int64_t left = number_of(answer, "not_looked_at");

	tsk_set(said, "verdict", text_of(answer, "verdict"));
	tsk_set_number(said, "looked_at", number_of(answer, "looked_at"));
	tsk_set_number(said, "broken", number_of(answer, "broken"));
	tsk_set_number(said, "not_looked_at", left);
	tsk_set(said, "headline", text_of(answer, "headline"));
	if (number_of(answer, "broken"))
		tsk_set_format(tsk_result(call), "will_break", "%s%s; what mends it: %s",
			       text_of(answer, "headline"),
			       left ? tsk_format(call, "; %lld were not looked at", (long long)left)
				    : "",
			       tsk_command_as_typed(call, "temporal-skill rehearse-change"));
	else if (left)
		tsk_set_format(tsk_result(call), "unrehearsed",
			       "%s; %lld more were not looked at in time: %s",
			       text_of(answer, "headline"), (long long)left,
			       tsk_command_as_typed(call, "temporal-skill rehearse-change"));
}

static void say_not_rehearsed(struct tsk_call *call, const char *why)
{
	cJSON *said = tsk_set_object(tsk_result(call), "rehearsal");

	tsk_set(said, "verdict", "not_rehearsed");
	tsk_set(said, "headline", why);
	tsk_set_format(tsk_result(call), "unrehearsed",
		       "the running workflows were not replayed: %s", why);
}

static enum tsk_status refuse(struct tsk_call *call, const char *why)
{
	tsk_hint(call, "temporal-skill rehearse-change");
	return tsk_fail(call, TSK_NEGATIVE, "the old worker stays (--no-rehearse replaces it): %s",
			why);
}

/* What the runs have known is asked for later, too. */
static void hand_over_sources(struct tsk_call *call, const struct ensuring *ensuring)
{
	for (size_t i = 0; i < ensuring->count; i++) {
		const char *name = ensuring->attempts[i].started.own->name;
		const struct tsk_record record = {
			.kind = "worker",
			.name = *name ? tsk_format(call, "%s/%s", project_name(call), name)
				      : project_name(call),
			.scope = project_directory(call),
		};
		tsk_passport_hand_over(call, &record);
	}
}

static enum tsk_status rehearse(struct tsk_call *call, const struct ensuring *ensuring)
{
	const char *mode = mode_of(call, ensuring), *error = NULL;
	cJSON *answer = NULL;

	if (!strcmp(mode, "off") || !tsk_setting_is_true(call, TSK_SETTING_PASSPORT))
		return TSK_OK;
	const enum tsk_status status = tsk_ask_command(call, "rehearse-change",
						       words_for(call, ensuring), &answer, &error);
	if (status == TSK_INTERRUPTED)
		return tsk_fail(call, status, "%s", error ? error : "interrupted");
	/* It makes no worker: what is started next shows the same, and tells why. */
	if (!answer) {
		if (!strcmp(mode, "refuse") && status == TSK_NEGATIVE && error)
			return refuse(call, error);
		say_not_rehearsed(call, error ? error : "no answer");
		return TSK_OK;
	}
	if (!strcmp(text_of(answer, "verdict"), "unchanged"))
		return TSK_OK;
	say(call, answer);
	if (!strcmp(mode, "refuse") && number_of(answer, "broken"))
		return refuse(call, text_of(answer, "headline"));
	return TSK_OK;
}

enum tsk_status rehearse_first(struct tsk_call *call, const struct ensuring *ensuring)
{
	if (rehearse(call, ensuring))
		return tsk_error(call);
	if (tsk_setting_is_true(call, TSK_SETTING_PASSPORT))
		hand_over_sources(call, ensuring);
	return TSK_OK;
}
