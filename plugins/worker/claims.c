/* Whose a process is that was found: what shows it, and whether it may be stopped for it. What is
 * only like the project's worker is listed. */
#include "worker.h"

#include <string.h>

/* A source of a worker is shorter; what is longer is cut. */
#define SOURCE_SIZE_MOST ((size_t)256 << 10)

static const char *words_text(struct tsk_call *call, const struct tsk_strings *words)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < words->count && i < 6; i++)
		tsk_text_join(&text, " ", "%s", words->items[i]);
	return tsk_shorten(call, tsk_text_value(&text), 120);
}

void worker_claim_command(struct tsk_call *call, struct worker *worker,
			  const struct tsk_process_info *process)
{
	worker->claim.command = tsk_format(call, "it runs the project's worker command ('%s')",
					   words_text(call, &process->words));
	worker->claim.address = tsk_setting(call, TSK_SETTING_ADDRESS);
}

/* Whether what it runs is a file of the project that makes a Worker: a starter does not. */
static const char *worker_source(struct tsk_call *call, const struct tsk_process_info *process)
{
	const char *script = script_of(&process->words);

	if (!script || !process->directory)
		return NULL;
	const char *path =
		*script == '/' ? script : tsk_format(call, "%s/%s", process->directory, script);
	if (!lies_in(path, project_directory(call)) || strstr(path, "/../"))
		return NULL;
	const char *text = tsk_file_tail(call, path, 1000000, SOURCE_SIZE_MOST, 0);
	return text && strstr(text, "Worker(") ? script : NULL;
}

void worker_claim_queue(struct tsk_call *call, struct worker *worker, const struct own_workers *own,
			const struct tsk_process_info *process, const char *queue)
{
	const struct own_worker *which = NULL;
	const struct command_place place = { .directory = project_directory(call),
					     .working = process->directory };
	const char *source = worker_source(call, process);

	if (worker->claim.command)
		return;
	const enum likeness likeness = most_alike(call, &place, own, &process->words, &which);
	if (likeness == RUNS_OTHER && !source)
		return;
	worker->claim.command =
		tsk_format(call, "it polls '%s' and runs '%s' of the project", queue,
			   source ? source : words_text(call, &process->words));
	worker->claim.address = tsk_setting(call, TSK_SETTING_ADDRESS);
	if (which)
		worker->name = which->name;
}

void worker_judge(struct tsk_call *call, struct worker *worker)
{
	if (worker->elsewhere) {
		worker->evidence = tsk_format(call, "it was started as %s", worker->elsewhere);
		return;
	}
	if (strcmp(worker->how, "mark") == 0) {
		worker->claim.variable = MARK;
		worker->claim.value = worker->directory;
	}
	const struct tsk_warrant warrant = tsk_may_signal(call, &worker->id, &worker->claim);
	worker->may_stop = warrant.ground != TSK_GROUND_NONE;
	worker->evidence = warrant.evidence;
}
