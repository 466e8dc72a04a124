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

const char *one_program_source(struct tsk_call *call, const struct tsk_strings *command)
{
	const char *path = tsk_command_source(call, command);
	const char *text = path ? tsk_project_source(call, path) : NULL;

	return text && tsk_runs_to_its_end(tsk_source_parts(call, text)) ? path : NULL;
}

enum tsk_status await_its_end(struct tsk_call *call, struct started_worker *started,
			      int64_t deadline)
{
	const int64_t until = tsk_now_ms() + WATCHED_MS;
	struct pollfd end = { .fd = tsk_process_open(&started->process), .events = POLLIN };
	enum tsk_status status =
		end.fd < 0 ? TSK_OK : tsk_wait(call, &end, 1, until < deadline ? until : deadline);

	if (end.fd >= 0)
		close(end.fd);
	if (status == TSK_OK)
		started->ended =
			tsk_process_ended(&started->process, &started->code, &started->signal);
	return status == TSK_INTERRUPTED ? status : TSK_OK;
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

bool tell_end(struct tsk_call *call, const struct started_worker *started, const char *source,
	      int64_t lived)
{
	cJSON *result = tsk_result(call);

	if (!source || !started->ended || !ended_well(call, started))
		return false;
	cJSON_DeleteItemFromObjectCaseSensitive(result, "worker_pid");
	tsk_set_number(result, "exit_status",
		       started->signal ? 128 + started->signal : started->code);
	tsk_set_format(result, "remedy",
		       "there is no worker to keep; in temporal-skill.ini, [project]: worker_cmd = "
		       "none");
	tsk_verdict(call, "ran_to_end",
		    "'%s' ran to its end after %s: %s is worker and starter in one",
		    started->command, tsk_duration_text(call, lived), source);
	tsk_next(call, "temporal-skill run-starter -- %s", started->command);
	return true;
}
