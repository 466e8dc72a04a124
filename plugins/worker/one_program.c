/* A program that is worker and starter in one: it runs its workflow, and ends. There is no worker
 * to keep, however well it polls meanwhile. */
#include "start_worker.h"

#include <temporal-skill/sources.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* How long one that polls is watched for its end. Longer workflows are told as what they are: not
 * over yet. */
#define WATCHED_MS 10000

enum tsk_status check_keeps_worker(struct tsk_call *call, const char *given)
{
	struct tsk_no_worker none;

	if (given ? strcmp(given, "none") != 0 : !tsk_keeps_no_worker(call, &none))
		return TSK_OK;
	if (given)
		none = (struct tsk_no_worker){ .why = "--worker-cmd none" };
	if (none.command && !tsk_command_is_known(call, TSK_SETTING_STARTER_CMD))
		tsk_hint(call, "temporal-skill run-starter -- %s", none.command);
	else
		tsk_hint(call, "temporal-skill run-starter");
	return tsk_fail(call, TSK_USAGE, "'%s' keeps no worker: %s", project_name(call), none.why);
}

/* The source that the command runs, if that runs its workflow itself and nothing in it stays; NULL:
 * it is not, or not known. */
static const char *one_program_source(struct tsk_call *call, const struct tsk_strings *command)
{
	const char *path = tsk_command_source(call, command);
	const char *text = path ? tsk_project_source(call, path) : NULL;

	return text && tsk_runs_to_its_end(tsk_source_parts(call, text)) ? path : NULL;
}

/* A Python before 3.14 may crash with the SDK as the process ends: its work is done then, if no
 * error of its own is told before. */
static bool ended_well(struct tsk_call *call, const struct started_worker *started)
{
	static const char traceback[] = "Traceback (most recent call last)";
	const int crashes[] = { SIGSEGV, SIGABRT };
	bool crashed = false;

	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		crashed |= started->signal == crashes[i] || started->code == 128 + crashes[i];
	return crashed ? !tsk_file_contains(call, started->log, traceback)
		       : !started->code && !started->signal;
}

/* ---- waiting for their ends ---- */

static void take_end(struct awaited *one, struct pollfd *end)
{
	struct attempt *attempt = one->whose;
	struct started_worker *started = &attempt->started;

	if (end->fd >= 0)
		close(end->fd);
	end->fd = -1;
	started->ended = tsk_process_ended(&started->process, &started->code, &started->signal);
	if (!started->ended)
		return;
	one->outcome = WAIT_DIED;
	one->settled_at = tsk_now_ms();
}

/* To poll is not all of one that then ends: its last word is waited for. */
static size_t open_ends(struct ensuring *ensuring, struct pollfd *ends)
{
	size_t open = 0;

	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		struct awaited *one = &ensuring->awaited[i];
		const struct attempt *attempt = one->whose;
		ends[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
		if (!attempt->one_program || one->outcome != WAIT_READY)
			continue;
		ends[i].fd = tsk_process_open(&attempt->started.process);
		open += ends[i].fd >= 0;
		if (ends[i].fd < 0)
			take_end(one, &ends[i]);
	}
	return open;
}

static enum tsk_status wait_for_ends(struct tsk_call *call, struct ensuring *ensuring)
{
	const int64_t watched = tsk_now_ms() + WATCHED_MS;
	const int64_t until = watched < ensuring->deadline ? watched : ensuring->deadline;
	const size_t count = ensuring->awaited_count;
	struct pollfd *ends = tsk_alloc(call, (count + 1) * sizeof(*ends));
	enum tsk_status status = TSK_OK;

	for (size_t open = open_ends(ensuring, ends); open && status == TSK_OK;) {
		status = tsk_wait(call, ends, count, until);
		for (size_t i = 0; status == TSK_OK && i < count; i++)
			if (ends[i].fd >= 0 && ends[i].revents) {
				take_end(&ensuring->awaited[i], &ends[i]);
				open--;
			}
	}
	for (size_t i = 0; i < count; i++)
		if (ends[i].fd >= 0)
			close(ends[i].fd);
	return status == TSK_INTERRUPTED ? status : TSK_OK;
}

enum tsk_status await_their_ends(struct tsk_call *call, struct ensuring *ensuring)
{
	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		struct attempt *attempt = ensuring->awaited[i].whose;
		const enum wait_outcome outcome = ensuring->awaited[i].outcome;
		if (outcome == WAIT_READY || outcome == WAIT_DIED)
			attempt->one_program =
				one_program_source(call, &attempt->started.own->command);
	}
	if (wait_for_ends(call, ensuring))
		return TSK_INTERRUPTED;
	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		struct attempt *attempt = ensuring->awaited[i].whose;
		attempt->ran_to_end = attempt->one_program && attempt->started.ended &&
				      ended_well(call, &attempt->started);
	}
	return TSK_OK;
}

/* ---- telling ---- */

void tell_end(struct tsk_call *call, const struct attempt *attempt, struct told *told)
{
	const struct started_worker *started = &attempt->started;
	const struct own_worker *own = started->own;

	cJSON_DeleteItemFromObjectCaseSensitive(told->into, "worker_pid");
	tsk_set_number(told->into, "exit_status",
		       started->signal ? 128 + started->signal : started->code);
	tsk_set_format(told->into, "remedy",
		       "there is no worker to keep; in temporal-skill.ini, %s",
		       own->in_section ? tsk_format(call, "remove [worker %s]", own->name)
				       : "[project]: worker_cmd = none");
	told->verdict = "ran_to_end";
	told->brief = tsk_format(call, "ran to its end after %s: %s is worker and starter in one",
				 tsk_duration_text(call, attempt->lived), attempt->one_program);
	told->headline = tsk_format(call, "'%s' %s", started->command, told->brief);
}
