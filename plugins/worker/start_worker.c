/* Starting this project's worker, apart from us, with a record and a mark to know it again by. */
#include "start_worker.h"

#include <temporal-skill/passport.h>

#include <string.h>
#include <sys/stat.h>

enum tsk_status check_program(struct tsk_call *call, const struct own_worker *own)
{
	const char *program = own->command.items[0];
	const char *place =
		own->in_section
			? tsk_format(call, "command of [worker %s] in temporal-skill.ini",
				     own->name)
			: "--worker-cmd, TEMPORAL_WORKER_CMD, worker_cmd in temporal-skill.ini";
	const bool in_project = *program != '/' && strchr(program, '/');
	const char *path =
		in_project ? tsk_format(call, "%s/%s", project_directory(call), program) : program;

	struct stat about;

	if (tsk_find_program(call, path))
		return TSK_OK;
	if (strchr(path, '/') && !stat(path, &about) && S_ISREG(about.st_mode)) {
		tsk_hint(call, "chmod +x %s", tsk_quote(call, path));
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot run the worker command: '%s' is not executable", program);
	}
	if (strcmp(program, "uv") == 0)
		tsk_hint(call,
			 "install uv (https://docs.astral.sh/uv), or name another command: %s",
			 place);
	else
		tsk_hint(call, "name another command: %s", place);
	return tsk_fail(call, TSK_UNAVAILABLE, "cannot run the worker command: no program '%s'",
			program);
}

/* ---- environment ---- */

static const char *const *worker_environment(struct tsk_call *call, const char *name)
{
	const struct tsk_strings connection = tsk_connection_environment(call);
	/* 4: the three marks and the end. */
	const char **environment = tsk_alloc(call, (connection.count + 4) * sizeof(*environment));
	size_t count = 0;

	for (; count < connection.count; count++)
		environment[count] = connection.items[count];
	environment[count++] = tsk_format(call, MARK "=%s", project_directory(call));
	environment[count++] =
		tsk_format(call, MARK_PID_DIR "=%s", tsk_setting(call, TSK_SETTING_PID_DIR));
	environment[count++] = *name ? tsk_format(call, MARK_NAME "=%s", name) : MARK_NAME;
	return environment;
}

/* ---- starting ---- */

struct tsk_record worker_record(struct tsk_call *call, const struct started_worker *started)
{
	return (struct tsk_record){
		.kind = "worker",
		.name = worker_record_name(call, started->own->name),
		.scope = project_directory(call),
		.process = started->process,
		.command = started->command,
		.log = started->log,
		.address = tsk_setting(call, TSK_SETTING_ADDRESS),
		.namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE),
		.task_queues = started->task_queues,
		.started_at = started->started_at,
	};
}

enum tsk_status record_worker(struct tsk_call *call, const struct started_worker *started)
{
	const struct tsk_record record = worker_record(call, started);

	return tsk_record_write(call, &record);
}

enum tsk_status start_worker(struct tsk_call *call, const char *task_queues,
			     struct started_worker *started)
{
	const struct tsk_strings *words = &started->own->command;

	started->command = tsk_quote_words(call, words);
	started->task_queues = task_queues;
	started->started_at = tsk_wall_ns();
	started->memory_kills = memory_kills(call);
	const struct tsk_record record = worker_record(call, started);
	struct tsk_launch spawn = {
		.words = words->items,
		.directory = project_directory(call),
		.environment = worker_environment(call, started->own->name),
		.log = started->log,
		.kind = "worker",
		.scope = project_directory(call),
		.record = &record,
		.lifetime = started->lifetime,
	};

	spawn.environment = tsk_passport_environment(call, &record, &spawn);
	if (tsk_log_rotate(call, started->log) || tsk_launch(call, &spawn, &started->process))
		return tsk_error(call);
	tsk_progress(call, "started process %d in %s: %s", started->process.pid,
		     project_directory(call), started->command);
	return TSK_OK;
}
