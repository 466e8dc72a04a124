/* What the programs on stage say, line by line; the lines of skills/probe/python. */
#include "rehearsal.h"

#include <string.h>

/* Others' words: more of them is not read by anyone. */
#define TEXT_MOST 1000

static const cJSON *member(const cJSON *line, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(line, key);
}

static const char *text_of(struct tsk_call *call, const cJSON *line, const char *key)
{
	const char *text = cJSON_GetStringValue(member(line, key));

	return text ? tsk_shorten(call, text, TEXT_MOST) : "";
}

static int64_t number_of(const cJSON *line, const char *key)
{
	const cJSON *number = member(line, key);

	return cJSON_IsNumber(number) && number->valuedouble >= 0 && number->valuedouble < 1e15
		       ? (int64_t)number->valuedouble
		       : 0;
}

static struct tsk_strings texts_of(struct tsk_call *call, const cJSON *list)
{
	struct tsk_lines lines = { .call = call, .limit = 10000 };

	for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item; item = item->next)
		if (cJSON_IsString(item))
			tsk_lines_push(&lines, tsk_copy(call, item->valuestring));
	return tsk_lines_take(&lines);
}

/* Below the project by its path there: "flows/orders.py". */
static const char *place_of(struct tsk_call *call, const cJSON *line, const char *file_key,
			    const char *line_key)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const char *file = text_of(call, line, file_key);
	const char *function = text_of(call, line, "function");
	const size_t length = strlen(project);

	if (!*file)
		return "";
	if (!strncmp(file, project, length) && file[length] == '/')
		file += length + 1;
	return tsk_format(call, "%s:%lld%s%s", file, (long long)number_of(line, line_key),
			  *function ? " in " : "", function);
}

/* ---- workers ---- */

static void take_worker(struct tsk_call *call, struct stage *stage, const cJSON *line)
{
	const char *namespace_ = text_of(call, line, "namespace");

	stage->workers++;
	tsk_lines_push(&stage->queues, text_of(call, line, "task_queue"));
	for (size_t i = 0; i < stage->count; i++)
		stage->programs[i].speaks |=
			stage->programs[i].process.pid == (int)number_of(line, "pid");
	if (strcmp(namespace_, tsk_setting(call, TSK_SETTING_NAMESPACE)) != 0)
		stage->other_namespace =
			tsk_format(call,
				   "the worker of '%s' polls in namespace '%s', and '%s' was "
				   "looked at",
				   text_of(call, line, "task_queue"), namespace_,
				   tsk_setting(call, TSK_SETTING_NAMESPACE));
}

static enum tsk_status take_asks(struct chosen *chosen, struct stage *stage, const cJSON *line)
{
	struct tsk_call *call = chosen->call;
	const char *queue = text_of(call, line, "queue");
	const char *answer = text_of(call, line, "answer");
	const struct tsk_strings types = texts_of(call, member(line, "types"));

	/* A name, and no way out of the folder. */
	if (!*answer || strchr(answer, '/'))
		return TSK_OK;
	stage->asks++;
	if (stage->asker_count < ASKERS_MOST)
		stage->askers[stage->asker_count++] = (int)number_of(line, "pid");
	for (size_t i = 0; i < types.count; i++)
		if (!tsk_lines_hold(&stage->types, types.items[i]))
			tsk_lines_push(&stage->types, types.items[i]);
	if (!chooses_by_name(chosen->asked) && select_of_queue(chosen, queue))
		return tsk_error(call);
	return write_histories(chosen) || hand_out(chosen, queue, &types, answer) ? tsk_error(call)
										  : TSK_OK;
}

/* ---- replays ---- */

static struct rehearsed *find(struct chosen *chosen, const cJSON *line)
{
	const cJSON *row = member(line, "row");
	const size_t at =
		cJSON_IsNumber(row) && row->valuedouble >= 0 ? (size_t)row->valuedouble : SIZE_MAX;

	return at < chosen->count && chosen->items[at].handed ? &chosen->items[at] : NULL;
}

static void take_replay(struct chosen *chosen, const struct staging *staging, const cJSON *line)
{
	struct tsk_call *call = chosen->call;
	struct rehearsed *run = find(chosen, line);
	const bool fits = cJSON_IsTrue(member(line, "fits"));

	if (!run)
		return;
	*(staging->of_then ? &run->then : &run->now) = (struct replay){
		.fate = fits ? FATE_FITS : FATE_BREAKS,
		.reason = text_of(call, line, "reason"),
		.message = text_of(call, line, "message"),
		.error = text_of(call, line, "error"),
		.expected = text_of(call, line, "expected"),
		.got = text_of(call, line, "got"),
		.place = place_of(call, line, "file", "line"),
		.place_is_before = cJSON_IsTrue(member(line, "after")),
		.event_id = number_of(line, "event_id"),
		.reached = number_of(line, "reached"),
		.live = cJSON_IsTrue(member(line, "live")),
		.digest = text_of(call, line, "digest"),
	};
}

enum tsk_status take_line(struct chosen *chosen, const struct staging *staging, struct stage *stage,
			  const cJSON *line)
{
	struct tsk_call *call = chosen->call;
	const char *kind = text_of(call, line, "kind");

	if (!strcmp(kind, "worker"))
		take_worker(call, stage, line);
	else if (!strcmp(kind, "asks"))
		return take_asks(chosen, stage, line);
	else if (!strcmp(kind, "replayed"))
		take_replay(chosen, staging, line);
	else if (!strcmp(kind, "begins"))
		stage->begun = true;
	else if (!strcmp(kind, "held_back") && !stage->held_back) {
		stage->held_back = text_of(call, line, "request");
		stage->held_back_at = tsk_now_ms();
	} else if (!strcmp(kind, "refused"))
		stage->refused = tsk_format(call, "%s: %s (%s)", text_of(call, line, "error"),
					    text_of(call, line, "message"),
					    place_of(call, line, "made_in", "made_at_line"));
	return TSK_OK;
}
