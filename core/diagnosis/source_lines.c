/* Looking into the project's own workflow code, for what the server cannot tell: an except that
 * never fits, and what is not the same each time it is run. */
#include "source_lines.h"
#include "source_match.h"

#include "advice.h"
#include "code_change.h"
#include "held_loop.h"
#include "sources/sources.h"
#include "worker_log.h"

#include <stdlib.h>
#include <string.h>

/* More are not read by anyone. */
#define PLACES_MOST 3

/* Places of one number in the files of a project, of which one is meant. */
#define CALLED_MOST 32

/* In files that have workflows, or activities. */
static const char of_workflows[] = "workflow.defn", of_activities[] = "activity.defn";

/* ---- an except that never fits ---- */

/* The line of the try to which the except at that line belongs; NULL: not found. */
static const char *try_of(const char *text, const char *except)
{
	size_t indent = strspn(except, " \t");

	for (const char *line = except; line > text;) {
		line--;
		while (line > text && line[-1] != '\n')
			line--;
		if (strspn(line, " \t") == indent && strncmp(line + indent, "try:", 4) == 0)
			return line;
	}
	return NULL;
}

static const char *const calls_of[] = { "execute_activity",       "start_activity",
					"execute_local_activity", "execute_activity_method",
					"execute_child_workflow", "start_child_workflow" };

/* Whether what is tried there is a call of an activity or a child. */
static bool calls_out(const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof(calls_of) / sizeof(*calls_of); i++) {
		if (memmem(from, (size_t)(to - from), calls_of[i], strlen(calls_of[i])))
			return true;
	}
	return false;
}

static bool catches(const void *what, const char *text, const char *line, const char *def)
{
	(void)def;
	const char *type = what, *word = line + strspn(line, " \t"), *before;

	if (strncmp(word, "except", strlen("except")) != 0 || !find_word(word, type))
		return false;
	before = try_of(text, line);
	return before && calls_out(before, line);
}

const char *type_raised(const struct reading *reading)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const struct tsk_failure *cause = link ? link->cause : NULL;

	if (reading->workflow->status != TSK_WORKFLOW_FAILED || !cause)
		return "";
	if (cause->kind == TSK_FAILURE_TIMEOUT)
		return "TimeoutError";
	if (cause->kind != TSK_FAILURE_APPLICATION)
		return "";
	return *or_empty(cause->type) ? cause->type : "ApplicationError";
}

/* ---- what is not the same each time ---- */

/* Whether the function is an activity, or what starts worker and workflow: no workflow code. */
static bool is_elsewhere(const char *text, const char *def)
{
	const char *line = def, *name;
	size_t size;

	if (!def)
		return false;
	name = sources_name_of(def, &size);
	if (name && size == strlen("main") && strncmp(name, "main", size) == 0)
		return true;
	/* Its decorator stands right before. */
	while (line > text && line[-1] != '\n')
		line--;
	if (line > text)
		line--;
	while (line > text && line[-1] != '\n')
		line--;
	return line < def && strncmp(line + strspn(line, " \t"), "@activity.", 10) == 0;
}

static bool varies(const void *what, const char *text, const char *line, const char *def)
{
	static const char *const words[] = { "time.time(",    "time.time_ns(",    "time.monotonic(",
					     "datetime.now(", "datetime.utcnow(", "date.today(",
					     "random.",       "uuid.uuid",        "uuid4(",
					     "os.environ",    "os.getenv(",       "os.getpid(",
					     "set(",          "frozenset(",       "global ",
					     "as_completed(" };
	const char *end = end_of(line), *code = line + strspn(line, " \t");

	(void)what;
	/* At the top of a file only what is assigned there counts: the rest may be its docstring.
	 */
	if (is_elsewhere(text, def) || (!def && !memchr(code, '=', (size_t)(end - code))))
		return false;
	/* The workflow's own are the same each time. */
	if (*code == '#' || strncmp(code, "import ", 7) == 0 || strncmp(code, "from ", 5) == 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *at = find_in_line(code, words[i]);

		if (at && (at == code || !is_name_char(at[-1])) &&
		    !(at > code && at[-1] == '.' && strstr(words[i], "set(")) &&
		    !(at - code >= 9 && strncmp(at - 9, "workflow.", 9) == 0))
			return true;
	}
	return false;
}

/* ---- what takes so long ---- */

/* A call that blocks, in an async function: the whole event loop waits for it. */
static bool blocks(const void *what, const char *text, const char *line, const char *def)
{
	(void)what;
	(void)text;
	if (!def || strncmp(def + strspn(def, " \t"), "async ", strlen("async ")) != 0)
		return false;
	return calls_what_blocks(line);
}

static bool completes_later(const void *what, const char *text, const char *line, const char *def)
{
	const char *type = what, *name;
	size_t size;

	(void)text;
	if (!def || !find_word(line, "raise_complete_async"))
		return false;
	name = sources_name_of(def, &size);
	return name && size == strlen(type) && strncmp(name, type, size) == 0;
}

/* The activity whose time ran out, or that is at work; "": none. */
static const char *slow_activity(const struct reading *reading)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);

	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_ACTIVITY_IN_PROGRESS:
		return reading->activity ? or_empty(reading->activity->type) : "";
	case TSK_VERDICT_ACTIVITY_RETRYING:
		return reading->activity && is_time_up(reading) ? or_empty(reading->activity->type)
								: "";
	case TSK_VERDICT_ACTIVITY_TIMEOUT: return link ? or_empty(link->activity_type) : "";
	default: return "";
	}
}

const char *silent_activity(const struct reading *reading)
{
	return strcmp(reading->diagnosis->root_cause.type, "TIMEOUT_TYPE_HEARTBEAT") == 0
		       ? slow_activity(reading)
		       : "";
}

/* ---- what is called there ---- */

struct called {
	struct tsk_lines names; /* of the activities or children, one for each place */
	int number, at;         /* the line that is looked for, and the one that is looked at */
};

/* The name in "execute_activity(charge, …)", "execute_activity( # a remark\n    'charge'": the call
 * must begin before end. NULL: there is none. */
static const char *callee_in(struct tsk_call *call, const char *line, const char *end)
{
	for (size_t i = 0; i < sizeof(calls_of) / sizeof(*calls_of); i++) {
		const size_t size = strlen(calls_of[i]);
		const char *at = memmem(line, (size_t)(end - line), calls_of[i], size);

		if (!at || at[size] != '(')
			continue;
		at += size + 1;
		at += strspn(at, " \t\r\n");
		if (*at == '#')
			at += strcspn(at, "\n");
		at += strspn(at, " \t\r\n\"'");
		return tsk_copy_bytes(call, at, strcspn(at, "\"', \t\n)("));
	}
	return NULL;
}

/* Whether it is that line, and calls something in it or in the two after it. */
static bool names_callee(const void *what, const char *text, const char *line, const char *def)
{
	struct called *called = (struct called *)(uintptr_t)what;
	const char *end = end_of(line), *name;

	(void)def;
	/* Each line of a file is asked in turn. */
	called->at = line == text ? 1 : called->at + 1;
	if (called->at != called->number)
		return false;
	for (int more = 0; more < 2 && *end; more++)
		end = end_of(end + 1);
	name = callee_in(called->names.call, line, end);
	if (name)
		tsk_lines_push(&called->names, name);
	return name != NULL;
}

/* Files of one name may be in several folders: then it is not known which is meant. NULL: nothing
 * is called there. */
static const char *callee_at(struct tsk_call *call, const char *location)
{
	const char *colon = strchr(location, ':'), *found = NULL;
	struct called called = { .names = { .call = call },
				 .number = colon ? (int)strtol(colon + 1, NULL, 10) : 0 };
	struct tsk_strings places = { .count = 0 };
	const size_t size = colon ? (size_t)(colon - location) + 1 : 0;

	if (called.number > 0)
		sources_lines(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), of_workflows,
			      names_callee, &called, CALLED_MOST, &places);
	for (size_t i = 0; i < places.count; i++) {
		const char *slash = strrchr(places.items[i], '/');

		if (strncmp(slash ? slash + 1 : places.items[i], location, size) != 0)
			continue;
		if (found)
			return NULL;
		found = called.names.items[i];
	}
	return found;
}

/* ---- what else went wrong in the worker ---- */

static void note_other_error(struct tsk_call *call, const struct reading *reading,
			     struct tsk_symptoms_more *more)
{
	const char *log = reading->symptoms->worker_log_tail;
	struct tsk_root_cause error;

	if (!log || !is_time_up(reading) ||
	    (!is_open(reading->workflow) &&
	     reading->diagnosis->verdict != TSK_VERDICT_ACTIVITY_TIMEOUT) ||
	    !log_other_error(call, log, &error))
		return;
	more->other_error = error.summary;
	more->other_remedy = mistake_remedy(&error);
}

/* ---- the whole ---- */

void note_source_lines(struct tsk_call *call, const struct reading *reading,
		       struct tsk_symptoms *symptoms)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	const char *type = type_raised(reading), *slow = slow_activity(reading);

	if (*type)
		sources_lines(call, directory, of_workflows, catches, type, PLACES_MOST,
			      &more.caught_at);
	if (reading->diagnosis->verdict == TSK_VERDICT_NONDETERMINISM && more.sources_known &&
	    !more.changed_sources.count) {
		sources_lines(call, directory, of_workflows, varies, NULL, PLACES_MOST,
			      &more.varies_at);
		sources_lines(call, directory, of_workflows, asks_for_replay, NULL, PLACES_MOST,
			      &more.replaying_at);
	}
	if (strcmp(reading->diagnosis->root_cause.type, "_DeadlockError") == 0)
		note_spins(call, directory, reading->diagnosis->root_cause.location, &more);
	if (reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_RETRYING && reading->activity &&
	    reading->activity->attempt > 2 && reading->activity->maximum_attempts <= 0)
		sources_lines(call, directory, "class ", defines_class,
			      reading->diagnosis->root_cause.type, 1, &more.own_error_at);
	if (strcmp(reading->diagnosis->root_cause.type, "AttributeError") == 0)
		sources_lines(call, directory, of_activities, takes_union,
			      reading->diagnosis->root_cause.message, PLACES_MOST, &more.union_at);
	if (*slow)
		sources_lines(call, directory, of_activities, completes_later, slow, PLACES_MOST,
			      &more.completed_later_at);
	if ((*slow && reading->diagnosis->verdict != TSK_VERDICT_ACTIVITY_IN_PROGRESS) ||
	    reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_TASK_TIMEOUT)
		sources_lines(call, directory, of_activities, blocks, NULL, PLACES_MOST,
			      &more.blocks_at);
	if (*silent_activity(reading))
		note_held_loop(call, directory, slow, &more);
	if (reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_TASK_FAILURE)
		more.callee = callee_at(call, reading->diagnosis->root_cause.location);
	if (reading->diagnosis->verdict == TSK_VERDICT_NO_WORKFLOW_WORKER ||
	    reading->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER)
		sources_queues(call, directory, &more.source_queues);
	if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_IN_VAIN)
		note_waits(call, directory, or_empty(reading->workflow->type), &more);
	if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_SIGNAL &&
	    signal_had_no_effect(reading))
		note_init(call, directory, or_empty(reading->workflow->type), &more);
	note_other_error(call, reading, &more);
	tsk_symptoms_set_more(call, symptoms, &more);
}
