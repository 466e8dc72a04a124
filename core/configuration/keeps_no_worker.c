/* Projects that keep no worker: they say so, or all that they have is a program that runs worker
 * and workflow itself, and ends. */
#include "call/call.h"
#include "load.h"

#include <temporal-skill/process.h>
#include <temporal-skill/sources.h>

#include <string.h>

/* A source that is longer was made by a program. */
#define SOURCE_LARGEST ((size_t)256 << 10)

/* Sources that are looked at. */
#define LOOKED_AT_MOST 200

struct programs {
	struct tsk_call *call;
	const char *first; /* that runs to its end */
	const char *text;  /* of it */
	size_t count, workers;
	int looked_at;
};

const char *tsk_project_source(struct tsk_call *call, const char *path)
{
	const char *text = tsk_checkout_file_read(
		call, tsk_format(call, "%s/%s", tsk_setting(call, TSK_SETTING_PROJECT_DIR), path),
		SOURCE_LARGEST, NULL);

	tsk_forget_error(call);
	return text;
}

/* By these names a worker is looked for, whatever makes it. */
static bool is_usual_worker(const char *path)
{
	return !strcmp(path, "worker.py") || !strcmp(path, "run_worker.py");
}

static void look_at(void *what, const struct tsk_source *source)
{
	struct programs *programs = what;
	struct tsk_call *call = programs->call;
	const struct tsk_mark mark = tsk_mark(call);

	/* A neighbour's programs are its own. */
	if (!strncmp(source->path, "../", strlen("../")) || programs->looked_at++ >= LOOKED_AT_MOST)
		return;
	const char *text = tsk_project_source(call, source->path);
	const unsigned parts = text ? tsk_source_parts(call, text) : 0;
	const bool ends = tsk_runs_to_its_end(parts);

	programs->count += ends;
	programs->workers += !ends && (parts & TSK_MAKES_WORKER || is_usual_worker(source->path));
	if (ends && !programs->first) {
		programs->first = source->path;
		programs->text = text;
		return;
	}
	tsk_rewind(call, mark);
}

bool configuration_worker_is_none(const struct tsk_call *call)
{
	const char *text = tsk_setting(call, TSK_SETTING_WORKER_CMD);

	text += strspn(text, " \t");
	return !strncmp(text, "none", strlen("none")) &&
	       !text[strlen("none") + strspn(text + strlen("none"), " \t")];
}

bool tsk_keeps_no_worker(struct tsk_call *call, struct tsk_no_worker *about)
{
	struct programs programs = { .call = call };
	const bool declared = configuration_worker_is_none(call);

	*about = (struct tsk_no_worker){ .why = "" };
	/* Its sections name those that it keeps, whatever is said of the one of worker_cmd. */
	if (configuration_has_workers(call->settings))
		return false;
	if (!declared &&
	    (tsk_setting_is_given(call, TSK_SETTING_WORKER_CMD) || tsk_entry_point(call, "worker")))
		return false;
	tsk_sources_walk(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), look_at, &programs);
	if (programs.count == 1) {
		about->source = programs.first;
		about->command = tsk_source_command(call, programs.first, programs.text);
	}
	if (declared)
		about->why = tsk_format(call, "worker_cmd = none (%s)",
					tsk_setting_origin(call, TSK_SETTING_WORKER_CMD));
	else if (programs.count == 1)
		about->why =
			tsk_format(call, "%s is worker and starter in one, and runs to its end",
				   programs.first);
	else
		about->why = tsk_format(call,
					"%s and %zu more are worker and starter in one each, and "
					"run to their end",
					programs.first ? programs.first : "", programs.count - 1);
	return declared || (programs.count && !programs.workers);
}

const char *tsk_starter_command(struct tsk_call *call)
{
	struct tsk_no_worker none;

	if (!tsk_command_is_known(call, TSK_SETTING_STARTER_CMD) &&
	    tsk_keeps_no_worker(call, &none) && none.command)
		return none.command;
	return tsk_setting(call, TSK_SETTING_STARTER_CMD);
}
