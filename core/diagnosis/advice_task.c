/* What to do about workflow tasks that fail: which line to change, and how the workflow goes on. */
#include "advice.h"
#include "registered.h"
#include "server_words.h"
#include "who_polls.h"

#include <stdlib.h>
#include <string.h>

static const char *text_after_mark(struct tsk_call *call, const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	return at ? one_line(call, at + strlen(mark)) : NULL;
}

/* The nearest of the names in "A, B, C" to a type. */
static const char *nearest_of(struct tsk_call *call, const char *type, const char *list)
{
	struct tsk_lines names;

	names = (struct tsk_lines){ .call = call };
	for (const char *at = list; at && *at;) {
		size_t size = strcspn(at, ", ");

		tsk_lines_add(&names, "%.*s", (int)size, at);
		at += size;
		at += strspn(at, ", ");
	}
	return names.count ? tsk_nearest(type, names.items) : NULL;
}

/* type is not in the worker's list; kind is "workflow" or "activity". */
void advise_register(const struct reading *reading, const char *type, const char *argument,
		     const char *mark)
{
	struct tsk_call *call = reading->call;
	const char *there = text_after_mark(call, reading->diagnosis->root_cause.message, mark);
	const struct registered found =
		strcmp(argument, "activities") != 0 ? workflow_registered(reading)
		: reading->activity ? activity_registered(reading, reading->activity)
				    : (struct registered){ .having = 0 };
	const char *near = there           ? nearest_of(call, type, there)
			   : found.missing ? found.missing->near
					   : NULL;

	if (found.having && found.lacking)
		advise_line(reading,
			    "let all workers of '%s' register the same: add %s to the list "
			    "%s=[...] of worker PID %d of '%s', or give that one a queue of its "
			    "own",
			    reading->queue, type, argument, found.without->pid,
			    or_empty(found.without->project));
	else if (there && *there)
		advise_line(reading,
			    "register it: add %s to the list %s=[...] of the Worker on '%s' (there "
			    "now: %s)",
			    type, argument, reading->queue, there);
	else
		advise_line(reading,
			    "register it: add %s to the list %s=[...] of the Worker on '%s'", type,
			    argument, reading->queue);
	if (near && strcmp(near, type) != 0 && !found.having)
		advise_line(reading,
			    "if %s was meant: correct the name where it is called, or give it "
			    "name=\"%s\" in its decorator",
			    near, type);
}

/* ---- sandbox ---- */

struct substitute {
	const char *name; /* how the forbidden name begins */
	const char *instead;
};

static const struct substitute substitutes[] = {
	{ "random", "use workflow.random() in its place" },
	{ "datetime", "use workflow.now() in its place" },
	{ "time.sleep", "use asyncio.sleep() in its place, which is a durable timer" },
	{ "time", "use workflow.now() or workflow.time() in its place" },
	{ "uuid", "use workflow.uuid4() in its place" },
	{ "__builtins__.open", "read and write files in an activity" },
	{ "os.environ", "read the environment in the worker or an activity and pass the value in" },
	{ "os.getenv", "read the environment in the worker or an activity and pass the value in" },
	{ "__builtins__.input", "take input as a signal, an update or an argument" },
	{ "threading", "use asyncio in workflow code; threads belong into activities" },
	{ "subprocess", "run programs in an activity" },
	{ "socket", "use the network in an activity" },
	{ "http", "use the network in an activity" },
	{ "urllib", "use the network in an activity" },
};

static void advise_sandbox(const struct reading *reading)
{
	static const char mark[] = "Cannot access ";
	const char *name = strstr(reading->diagnosis->root_cause.message, mark);
	const char *instead = "do it in an activity";
	size_t size;

	/* The worker died of it while it loaded the workflow. */
	if (*reading->diagnosis->root_cause.remedy)
		advise_line(reading, "%s", reading->diagnosis->root_cause.remedy);

	if (name) {
		name += strlen(mark);
		size = strcspn(name, " \n");
		for (size_t i = 0; i < sizeof(substitutes) / sizeof(*substitutes); i++)
			if (strncmp(name, substitutes[i].name, strlen(substitutes[i].name)) == 0) {
				instead = substitutes[i].instead;
				break;
			}
		advise_line(reading, "workflow code must not use %.*s%s: %s", (int)size, name,
			    place_text(reading), instead);
	} else {
		advise_line(reading,
			    "workflow code does what the sandbox forbids%s: do it in an activity",
			    place_text(reading));
	}
	advise_line(reading, "where a module that is imported does it and is harmless: import it "
			     "within `with workflow.unsafe.imports_passed_through():`");
}

/* ---- code bugs ---- */

static void advise_search_attribute(const struct reading *reading)
{
	const char *name = text_after_mark(reading->call, reading->diagnosis->root_cause.message,
					   "search attribute ");
	const char *quoted = name ? tsk_quote(reading->call, name) : "NAME";

	/* A server of another machine is not for ensure-server to change. */
	advise_command(reading,
		       tsk_address_is_here(tsk_setting(reading->call, TSK_SETTING_ADDRESS))
			       ? tsk_format(reading->call,
					    "temporal-skill ensure-server --search-attribute "
					    "%s=Keyword",
					    quoted)
			       : tsk_format(reading->call, "%s --name %s --type Keyword",
					    cli_call(reading, "operator search-attribute create"),
					    quoted),
		       "register the search attribute, as Keyword or the type that the code gives "
		       "it");
}

bool input_does_not_fit(const struct reading *reading)
{
	const char *message = reading->diagnosis->root_cause.message;

	return strstr(message, "Failed decoding arguments") ||
	       (strstr(message, "positional argument") && strstr(message, "run()")) ||
	       chain_says(reading, "Failed decoding arguments");
}

/* The code raised it itself, by a raise of its own: that never fails a workflow, it only fails the
 * task, again and again. */
static bool is_plain_exception(const struct reading *reading)
{
	const struct tsk_failure *failure = reading->diagnosis->failure;
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const char *frame = strstr(cause->stack_trace, "raise ");

	return failure && *cause->location && frame &&
	       (strcmp(reading->cause,
		       "WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE") == 0);
}

/* What the table knows of the cause; false: it is the code's own exception, which says more. */
static bool advise_by_cause(const struct reading *reading)
{
	const struct server_word *word = server_word(reading->cause);

	if (!word || !word->advice ||
	    strcmp(word->name, "WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE") == 0)
		return false;
	if (word->mender == MENDER_WORKFLOW)
		advise_line(reading, "%s%s: %s", word->means, place_text(reading), word->advice);
	else
		advise_line(reading, "%s: %s", word->means, word->advice);
	return true;
}

static bool chain_shows(const struct reading *reading, const char *frame)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link; link = link->cause)
		if (strstr(or_empty(link->stack_trace), frame))
			return chain_says(reading, "Failed decoding");
	return false;
}

bool result_does_not_fit(const struct reading *reading)
{
	return chain_shows(reading, "in _apply_resolve_");
}

/* What an activity or a child failed with for good is in the history, and the code gets it again
 * each time it is replayed. */
static void advise_past_failure(const struct reading *reading)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);

	if (!link)
		return;
	advise_command(
		reading,
		tsk_format(reading->call, "temporal-skill reset-workflow %s",
			   reading->telling->which),
		"that %s failed stands in its history, so mending it is not enough: let the "
		"workflow code handle the failure, or mend it, restart the worker, and have "
		"it called anew in a new run",
		link->kind == TSK_FAILURE_CHILD_WORKFLOW
			? tsk_format(reading->call, "child '%s'", or_empty(link->workflow_id))
			: tsk_format(reading->call, "activity '%s'",
				     or_empty(link->activity_type)));
}

/* "Ticket.__init__() missing 1 required positional argument: 'carrier'": what to give a default. */
static const char *missing_field(const struct reading *reading)
{
	static const char mark[] = ".__init__() missing ";
	const char *message = reading->diagnosis->root_cause.message;
	const char *at = strstr(message, mark), *names = at ? strstr(at, ": '") : NULL, *type = at;

	if (!names)
		return "";
	while (type > message && type[-1] != ' ')
		type--;
	return tsk_format(reading->call, " (give %s of %.*s a default, or make it optional)",
			  one_line(reading->call, names + 2), (int)(at - type), type);
}

/* "... exceeds length limit. ... Length=1600 Limit=1000 ..." */
static const char *length_limit(const struct reading *reading)
{
	static const char mark[] = " Limit=";
	const char *at = strstr(reading->diagnosis->root_cause.message, mark);
	long limit = at ? strtol(at + strlen(mark), NULL, 10) : 0;

	return limit > 0 ? tsk_format(reading->call, " of %ld characters", limit) : "";
}

/* Whether nothing but its start has come to the workflow yet. */
static bool has_only_input(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	return !newest->more && !newest_of_type(newest, TSK_EVENT_ACTIVITY_COMPLETED) &&
	       !newest_of_type(newest, TSK_EVENT_CHILD_COMPLETED) &&
	       !newest_of_type(newest, TSK_EVENT_SIGNALED) &&
	       !newest_of_type(newest, TSK_EVENT_UPDATE_ACCEPTED);
}

static void advise_bug(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const char *remedy = mistake_remedy(cause);
	const struct tsk_strings *spins_at =
		&tsk_symptoms_more(reading->call, reading->symptoms)->spins_at;

	if (strcmp(cause->type, "_DeadlockError") == 0 && spins_at->count) {
		advise_line(
			reading,
			"do not wait in a loop (%s): await workflow.wait_condition(lambda: ...) "
			"ends when the condition is met, and lets messages in meanwhile",
			places_text(reading, spins_at));
	} else if (strcmp(cause->type, "_DeadlockError") == 0) {
		advise_line(reading,
			    "workflow code blocked its thread for more than 2 s%s: move what "
			    "blocks or computes for long (time.sleep, requests, big loops) into an "
			    "activity; wait with asyncio.sleep",
			    place_text(reading));
	} else if (strstr(cause->message, "exceeds length limit")) {
		advise_line(
			reading,
			"make it shorter than the server's limit%s: a number, or a hash of what "
			"is long now",
			length_limit(reading));
	} else if (strstr(reading->cause, "BAD_SEARCH_ATTRIBUTES")) {
		advise_search_attribute(reading);
	} else if (strstr(reading->cause, "NEXUS_OPERATION_ATTRIBUTES")) {
		advise_command(reading, "temporal operator nexus endpoint create --help",
			       "correct the Nexus endpoint or operation in the workflow code, or "
			       "create the endpoint");
	} else if (advise_encoding(reading) || advise_by_cause(reading)) {
		return;
	} else if (strstr(cause->message, "'dict' object has no attribute") &&
		   has_only_input(reading)) {
		advise_line(
			reading,
			"its input came as a plain dict, as run() of '%s' does not tell the type: "
			"annotate its parameter (the dataclass or model), and take as many "
			"arguments as are given",
			or_empty(reading->workflow->type));
	} else if (remedy) {
		advise_line(reading, "%s%s", remedy, place_text(reading));
	} else if (result_does_not_fit(reading)) {
		advise_line(
			reading,
			"what the activity or child returned does not fit the type that the "
			"workflow expects of it: let the workflow take what is in its history%s",
			missing_field(reading));
	} else if (strcmp(cause->type, "NotImplementedError") == 0 && !*cause->message) {
		advise_line(
			reading,
			"asyncio in a workflow has no threads, sockets or processes%s: do what "
			"needs them (asyncio.to_thread, run_in_executor, network) in an activity",
			place_text(reading));
	} else if (input_does_not_fit(reading)) {
		advise_line(reading,
			    "the arguments in its history do not fit the parameters: let run() (or "
			    "the handler) of '%s' take what was sent, or correct the %s, terminate "
			    "this one and start anew",
			    or_empty(reading->workflow->type),
			    *tsk_workflow_more(reading->call, reading->workflow)->schedule_id
				    ? "arguments of its schedule's action"
				    : "starter");
	} else if (is_plain_exception(reading)) {
		advise_on_cause(reading, "correct the workflow code, or the value that it refuses");
		advise_line(reading,
			    "where the workflow is meant to fail with it: a plain exception never "
			    "fails a workflow; raise ApplicationError, or name %s in "
			    "failure_exception_types of @workflow.defn",
			    cause->type);
	} else if (*cause->type) {
		advise_on_cause(reading, "correct the workflow code");
	} else {
		advise_command(reading, "temporal-skill show-worker-log --errors",
			       "see why the workflow task fails");
	}
}

static void advise_timeout(const struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);
	const struct tsk_symptom_worker *gone =
		presence.gone ? worker_of(reading, presence.gone->identity) : NULL;
	const struct tsk_strings *blocks =
		&tsk_symptoms_more(reading->call, reading->symptoms)->blocks_at;

	if (gone && gone->stopped)
		advise_line(reading,
			    "the worker is stopped (SIGSTOP): continue it (kill -CONT %d), or "
			    "restart it",
			    gone->pid);
	else if (presence.known && !presence.live)
		advise_line(reading,
			    "no worker is left: see in its log why it died (out of memory, "
			    "os._exit, a crash in a native library), mend that, start a worker");
	else if (blocks->count)
		advise_line(reading,
			    "do not block the worker's event loop (%s): make it a plain def with "
			    "an activity_executor, or await (asyncio.sleep, asyncio.to_thread, an "
			    "async client); then restart it",
			    places_text(reading, blocks));
	else
		advise_line(reading, "find what blocks the worker: a call that does not return in "
				     "workflow code or in an async activity (time.sleep, requests) "
				     "stops its whole event loop; then restart it");
	suggest_line(reading, "temporal-skill show-worker-log --errors");
}

/* Whether this project has a worker, and it is another queue's. Where it has none, ensure-worker
 * starts it. */
static bool is_unserved(const struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	return presence.known && !presence.live && !presence.other_version &&
	       project_worker(reading);
}

void advise_task(const struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_NONDETERMINISM: advise_nondeterminism(reading); return;
	case TSK_VERDICT_MISSING_WORKFLOW:
		advise_register(reading, or_empty(reading->workflow->type), "workflows",
				"available workflows: ");
		break;
	case TSK_VERDICT_SANDBOX_VIOLATION: advise_sandbox(reading); break;
	case TSK_VERDICT_WORKFLOW_TASK_TIMEOUT: advise_timeout(reading); break;
	default:
		advise_bug(reading);
		advise_past_failure(reading);
		break;
	}
	advise_version(reading);
	if (is_unserved(reading)) {
		advise_line(reading,
			    "then start a worker that polls '%s' (none does): '%s' then goes on by "
			    "itself",
			    reading->queue, reading->id);
		suggest_line(reading, "temporal-skill ensure-worker --task-queue %s",
			     tsk_quote(reading->call, reading->queue));
		return;
	}
	advise_line(reading, "restart the worker (ensure-worker): '%s' then goes on by itself",
		    reading->id);
	suggest_line(reading, "temporal-skill ensure-worker");
}
