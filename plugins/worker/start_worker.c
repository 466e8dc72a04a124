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

/* What the SDK's own configuration reads; a worker connects as we do, wherever our settings came
 * from. */
static const struct {
	enum tsk_setting setting;
	const char *variable;
} connection[] = {
	{ TSK_SETTING_ADDRESS, "TEMPORAL_ADDRESS" },
	{ TSK_SETTING_NAMESPACE, "TEMPORAL_NAMESPACE" },
	{ TSK_SETTING_API_KEY, "TEMPORAL_API_KEY" },
	{ TSK_SETTING_TLS, "TEMPORAL_TLS" },
	{ TSK_SETTING_TLS_CERT, "TEMPORAL_TLS_CLIENT_CERT_PATH" },
	{ TSK_SETTING_TLS_CERT_DATA, "TEMPORAL_TLS_CLIENT_CERT_DATA" },
	{ TSK_SETTING_TLS_KEY, "TEMPORAL_TLS_CLIENT_KEY_PATH" },
	{ TSK_SETTING_TLS_KEY_DATA, "TEMPORAL_TLS_CLIENT_KEY_DATA" },
	{ TSK_SETTING_TLS_CA, "TEMPORAL_TLS_SERVER_CA_CERT_PATH" },
	{ TSK_SETTING_TLS_CA_DATA, "TEMPORAL_TLS_SERVER_CA_CERT_DATA" },
	{ TSK_SETTING_TLS_SERVER_NAME, "TEMPORAL_TLS_SERVER_NAME" },
};

#define CONNECTION_COUNT (sizeof(connection) / sizeof(*connection))

static const char *const *worker_environment(struct tsk_call *call, const char *name)
{
	/* 4: the three marks and the end. */
	const char **environment = tsk_alloc(call, (CONNECTION_COUNT + 4) * sizeof(*environment));
	size_t count = 0;

	for (size_t i = 0; i < CONNECTION_COUNT; i++)
		/* NAME alone takes away what is kept back from this server. */
		environment[count++] =
			*tsk_setting(call, connection[i].setting)
				? tsk_format(call, "%s=%s", connection[i].variable,
					     tsk_setting(call, connection[i].setting))
				: connection[i].variable;
	environment[count++] = tsk_format(call, MARK "=%s", project_directory(call));
	environment[count++] =
		tsk_format(call, MARK_PID_DIR "=%s", tsk_setting(call, TSK_SETTING_PID_DIR));
	environment[count++] = *name ? tsk_format(call, MARK_NAME "=%s", name) : MARK_NAME;
	return environment;
}

/* ---- starting ---- */

static struct tsk_record make_record(struct tsk_call *call, const struct started_worker *started)
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
	const struct tsk_record record = make_record(call, started);

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
	const struct tsk_record record = make_record(call, started);
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
