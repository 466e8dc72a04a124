/* Mistakes that the words of Python, the SDK or the server give away, made by workflow and activity
 * code alike: what to do about each. */
#include "advice.h"

#include <string.h>

struct mistake {
	const char *type; /* "": any */
	const char *words;
	const char *remedy;
};

/* The first that fits is meant: what is special stands before what is general. */
static const struct mistake mistakes[] = {
	{ "", "Unknown payload encoding ",
	  "the worker cannot read how that was encoded: give its Client the data converter or "
	  "codec of whoever sent it" },
	{ "TypeError", "Object of type coroutine is not JSON serializable",
	  "an await is missing: a coroutine is returned or passed on in place of its result" },
	{ "RuntimeError", "Not in activity context",
	  "that works within an activity only: a workflow calls its activities by "
	  "workflow.execute_activity(), not as functions" },
	{ "_NotInWorkflowEventLoopError", "",
	  "workflow.* works in workflow code only: pass what the activity needs as an argument" },
	{ "RuntimeError", "asyncio.run() cannot be called",
	  "an event loop runs already: await it in place of asyncio.run()" },
	{ "ExceptionGroup", "",
	  "correct what its tasks raised: show-worker-log --errors names it" },
};

const char *mistake_remedy(const struct tsk_root_cause *cause)
{
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
