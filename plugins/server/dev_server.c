/* Which process the server is, whether it is ours, and what its command line tells. */
#include "dev_server.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of start-dev, where it is not told one. */
#define USUAL_PORT       7233

/* What start-dev adds to its own port for that of the web UI. */
#define UI_PORT_DISTANCE 1000

const char *server_lock_name(struct tsk_call *call, const struct address *address)
{
	return tsk_format(call, "server-%s-%d", address->ip ? address->ip : "remote",
			  address->port);
}

const char *server_scope(struct tsk_call *call, const struct address *address)
{
	return tsk_format(call, strchr(address->ip, ':') ? "[%s]:%d" : "%s:%d", address->ip,
			  address->port);
}

static bool is_of(struct tsk_call *call, const struct tsk_record *record,
		  const struct address *address)
{
	struct address its;

	/* One that nobody can read any more is no reason to fail. */
	if (address_read(call, record->address, &its)) {
		tsk_forget_error(call);
		return false;
	}
	return its.port == address->port && its.ip && strcmp(its.ip, address->ip) == 0;
}

/* ---- one whose record is lost ---- */

static const char *log_of(struct tsk_call *call, int pid)
{
	const char *link = tsk_process_output(call, pid);
	char path[PATH_MAX];
	ssize_t length = link ? readlink(link, path, sizeof(path)) : -1;

	return length > 0 ? tsk_copy_bytes(call, path, (size_t)length) : "";
}

static const struct tsk_record *describe(struct tsk_call *call, const struct address *address,
					 const struct tsk_process_info *process)
{
	struct tsk_record *record = tsk_alloc(call, sizeof(*record));

	*record = (struct tsk_record){
		.kind = "server",
		.name = address->text,
		.scope = address->text,
		.process = process->id,
		.command = tsk_quote_words(call, &process->words),
		.log = log_of(call, process->id.pid),
		.address = address->text,
		.namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE),
		.task_queues = "",
		.started_at = process->started_at,
	};
	return record;
}

static const struct tsk_record *find_by_mark(struct tsk_call *call, const struct address *address)
{
	const char *scope = server_scope(call, address);
	const char *pid_directory = tsk_setting(call, TSK_SETTING_PID_DIR);
	const struct tsk_process_info *process = tsk_process_list(call, NULL);

	for (; process->id.pid; process++) {
		if (!is_dev_server(process))
			continue;
		const struct tsk_origin *origin = tsk_process_origin(call, process->id.pid);
		if (origin && origin->is_root && strcmp(origin->kind, "server") == 0 &&
		    strcmp(origin->scope, scope) == 0 &&
		    strcmp(origin->pid_directory, pid_directory) == 0)
			return describe(call, address, process);
	}
	return NULL;
}

/* ---- records ---- */

const struct tsk_record *server_record(struct tsk_call *call, const struct address *address)
{
	const struct tsk_record *dead = NULL;
	const struct tsk_record *record = tsk_record_list(call, "server", NULL);

	if (tsk_error(call) || !address->ip)
		return NULL;
	for (; record->kind; record++) {
		if (!is_of(call, record, address))
			continue;
		enum tsk_whereabouts where = tsk_record_whereabouts(call, record);
		if (where == TSK_RUNS)
			return record;
		if (where == TSK_ENDED)
			dead = record;
	}
	const struct tsk_record *marked = find_by_mark(call, address);
	return marked ? marked : dead;
}

const struct tsk_record *server_elsewhere(struct tsk_call *call, const struct address *address)
{
	const struct tsk_record *record = tsk_record_list(call, "server", NULL);

	if (tsk_error(call) || !address->ip)
		return NULL;
	for (; record->kind; record++)
		if (is_of(call, record, address) &&
		    tsk_record_whereabouts(call, record) == TSK_ELSEWHERE)
			return record;
	return NULL;
}

const struct tsk_process_info *server_process(struct tsk_call *call, const struct address *address,
					      const struct tsk_record *ours)
{
	if (ours && tsk_process_runs(&ours->process))
		return tsk_process_look(call, ours->process.pid);
	return address->ip ? tsk_port_holder(call, address->port, NULL) : NULL;
}

const char *process_text(struct tsk_call *call, const struct tsk_process_info *process)
{
	if (!process)
		return "a process that this user cannot see";
	return tsk_format(call, "'%s' (pid %d)", process->name, process->id.pid);
}

static const char *word_after(const struct tsk_process_info *process, const char *option)
{
	const char *const *words = process->words.items;
	size_t length = strlen(option);

	for (size_t i = 0; i < process->words.count; i++) {
		if (strncmp(words[i], option, length) != 0)
			continue;
		if (words[i][length] == '=')
			return words[i] + length + 1;
		if (!words[i][length])
			return i + 1 < process->words.count ? words[i + 1] : "";
	}
	return NULL;
}

bool is_dev_server(const struct tsk_process_info *process)
{
	return process && process->words.count && word_after(process, "start-dev");
}

int server_port(const struct tsk_process_info *process)
{
	const char *port = word_after(process, "--port");

	if (!port)
		port = word_after(process, "-p");
	return port ? (int)strtol(port, NULL, 10) : USUAL_PORT;
}

const char *server_ui(struct tsk_call *call, const struct address *address,
		      const struct tsk_process_info *process)
{
	const char *given = tsk_setting(call, TSK_SETTING_UI_ADDRESS);

	if (*given)
		return given;
	if (!address->ip || !is_dev_server(process))
		return NULL;
	const char *headless = word_after(process, "--headless");
	const char *port = word_after(process, "--ui-port");
	if (headless && strcmp(headless, "false") != 0)
		return NULL;
	const char *host = strcmp(address->ip, "127.0.0.1") == 0 || strcmp(address->ip, "::1") == 0
				   ? "localhost"
				   : address->ip;
	return tsk_format(call, "http://%s:%ld", host,
			  port ? strtol(port, NULL, 10) : (long)address->port + UI_PORT_DISTANCE);
}
