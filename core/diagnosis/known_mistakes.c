/* Mistakes that the words of Python, the SDK or the server give away, made by workflow and activity
 * code alike: what to do about each. */
#include "advice.h"

#include <string.h>

struct mistake {
	const char *type; /* "": any */
	const char *words;
	const char *remedy;
};

#define SEVERAL_ARGUMENTS                                                                          \
	"only one argument goes by position there: give several as args=[a, b], or one dataclass"
#define ID_TAKEN                                                                                   \
	"a workflow of that id runs already: take an id of its own, attach to the one that runs "  \
	"(id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING), wait for it, or end it"

/* The first that fits is meant: what is special stands before what is general. */
static const struct mistake mistakes[] = {
	{ "", "Unknown payload encoding ",
	  "the worker cannot read how that was encoded: give its Client the data converter or "
	  "codec of whoever sent it" },
	{ "TypeError", "Object of type coroutine is not JSON serializable",
	  "an await is missing: a coroutine is returned or passed on in place of its result" },
	{ "RuntimeError", "Not in activity context",
	  "that works within an activity only: a workflow calls its activities by "
	  "workflow.execute_activity(), not as functions, and a thread that an activity starts "
	  "takes its context along by contextvars.copy_context().run" },
	{ "_NotInWorkflowEventLoopError", "",
	  "workflow.* works in workflow code only: pass what the activity needs as an argument" },
	{ "RuntimeError", "asyncio.run() cannot be called",
	  "an event loop runs already: await it in place of asyncio.run()" },
	{ "ExceptionGroup", "",
	  "correct what its tasks raised (show-worker-log --errors has it whole); an "
	  "ExceptionGroup, as of asyncio.TaskGroup, fails the task and never the workflow: where "
	  "that is meant to fail, catch it (except*) and raise ApplicationError, or name "
	  "ExceptionGroup in failure_exception_types of @workflow.defn" },
	{ "WorkerShutdown", "",
	  "it is not the activity's fault, its worker was stopped while it ran (a deploy, "
	  "kill-worker, ensure-worker): give the Worker a graceful_shutdown_timeout, and the "
	  "activity more attempts (maximum_attempts), so that another worker takes it over" },
	{ "BrokenProcessPool", "",
	  "a process of the pool died while it ran it (killed, out of memory, os._exit), and the "
	  "pool takes no work any more: see why (memory, a crash in a native library); the worker "
	  "ends with it and must be started again" },
	{ "AttributeError", "'dict' object has no attribute",
	  "a value came as a plain dict, as the SDK was not told its type: annotate the parameter "
	  "that takes it, give as many arguments as the function has parameters (else the SDK "
	  "ignores the type hints of all), and call an activity or child by the function itself, "
	  "or by its name with result_type=; heartbeat details come back as a dict, too" },
	{ "TypeError", "_activity() takes from", SEVERAL_ARGUMENTS },
	{ "TypeError", "_activity_method() takes from", SEVERAL_ARGUMENTS },
	{ "TypeError", "_child_workflow() takes from", SEVERAL_ARGUMENTS },
	{ "TypeError", "_workflow() takes from", SEVERAL_ARGUMENTS },
	{ "TypeError", "continue_as_new() takes from", SEVERAL_ARGUMENTS },
	{ "TypeError", "signal() takes from", SEVERAL_ARGUMENTS },
	{ "", "Workflow execution is already running", ID_TAKEN },
	{ "WorkflowAlreadyStartedError", "", ID_TAKEN },
	{ "AttributeError", "'coroutine' object has no attribute",
	  "an await is missing before it" },
	{ "TypeError", "'coroutine' object is not", "an await is missing before it" },
	{ "TypeError", "cannot unpack non-iterable coroutine object",
	  "an await is missing before it" },
	{ "AttributeError", "'_ActivityHandle' object has no attribute",
	  "an await is missing: start_activity gives a handle, its result comes by awaiting that" },
	{ "TypeError", "can't be used in 'await' expression",
	  "what is awaited there is no coroutine: drop the await, or make what it calls async" },
	{ "ReadOnlyContextError", "",
	  "a query and an update's validator may only look: do that in a signal or update handler, "
	  "or in run()" },
	{ "RuntimeError", "no current event loop",
	  "a sync activity runs in a thread without an event loop: make it async, or use "
	  "asyncio.run() in it" },
};

/* "KeyError: 2": a number was looked up, in what came through JSON, as a rule. */
static bool is_number_key(const struct tsk_root_cause *cause)
{
	return strcmp(cause->type, "KeyError") == 0 && *cause->message &&
	       cause->message[strspn(cause->message, "0123456789")] == '\0';
}

const char *mistake_remedy(const struct tsk_root_cause *cause)
{
	if (is_number_key(cause))
		return "numbers as keys of a dict become strings on their way through JSON, where "
		       "the type hint does not say that they are numbers: annotate dict[int, ...], "
		       "or look up the string";
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
		if ((!*mistakes[i].type || strcmp(cause->type, mistakes[i].type) == 0) &&
		    strstr(cause->message, mistakes[i].words))
			return mistakes[i].remedy;
	return NULL;
}

bool chain_says(const struct reading *reading, const char *text)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link; link = link->cause)
		if (strstr(or_empty(link->message), text))
			return true;
	return false;
}
