/* The programs that start others anew: supervisors, reloaders, Procfiles, loops of a shell; and how
 * a worker is stopped there, so that it stays stopped. */
#include "worker.h"

#include <string.h>

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- which program it is ---- */

const char *program_name(const struct tsk_process_info *process)
{
	const struct tsk_strings *words = &process->words;
	const char *first = words->count ? base_name(words->items[0]) : process->name;

	/* pm2's daemon names itself "PM2 v7.0.1: God Daemon (/home/a/.pm2)". */
	if (strncmp(first, "PM2 v", 5) == 0)
		return "pm2";
	if ((strncmp(first, "python", 6) == 0 || strcmp(first, "node") == 0 ||
	     strcmp(first, "ruby") == 0 || strcmp(first, "perl") == 0) &&
	    words->count > 1) {
		const char *const *at = words->items + 1;
		while (*at && **at == '-' && strcmp(*at, "-m") != 0)
			at++;
		if (*at && strcmp(*at, "-m") == 0 && at[1])
			at++;
		if (*at)
			return base_name(*at);
	}
	return first;
}

static const char *const supervisors[] = { "supervisord", "circusd", "runsv",      "s6-supervise",
					   "supervise",   "monit",   "god",        "pm2",
					   "pm2-runtime", "pm2-dev", "pm2-docker", "procServ",
					   "daemontools", NULL };
static const char *const reloaders[] = { "watchfiles", "watchmedo", "watchexec", "nodemon",
					 "entr",       "reflex",    "air",       "hupper",
					 "watchgod",   "arelo",     "jurigged",  NULL };
/* These reload only when they are told to: by an option, or by a word. */
static const char *const reloading[] = { "uvicorn",   "fastapi", "flask", "manage.py",
					 "hypercorn", "tsx",     "node",  NULL };
static const char *const reload_words[] = { "--reload", "dev",     "--debug", "runserver",
					    "watch",    "--watch", NULL };
static const char *const procfiles[] = { "honcho",          "foreman", "nf",     "overmind",
					 "hivemind",        "goreman", "mprocs", "concurrently",
					 "process-compose", NULL };
static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", "ash", "fish", NULL };

static bool has_word(const struct tsk_strings *words, const char *const *wanted)
{
	for (size_t i = 1; i < words->count; i++)
		if (is_one_of(words->items[i], wanted))
			return true;
	return false;
}

enum restarter restarter_kind(const struct tsk_process_info *process)
{
	const char *name = program_name(process);

	if (is_one_of(name, supervisors))
		return RESTARTS_ALWAYS;
	if (is_one_of(name, reloaders) ||
	    (is_one_of(name, reloading) && has_word(&process->words, reload_words)))
		return RESTARTS_AFTER_EDITS;
	if (is_one_of(name, procfiles))
		return RESTARTS_OF_A_LIST;
	return is_one_of(name, shells) ? RESTARTS_IN_A_LOOP : RESTARTS_NOTHING;
}

/* ---- how it is stopped there ---- */

/* As many bytes has no process's list of control groups. */
#define GROUP_LINES 100
#define GROUPS_SIZE 16384

/* "orders" of a control group ".../orders.service"; NULL: none, or that of a whole session. */
static const char *systemd_unit(struct tsk_call *call, int pid)
{
	const char *text = tsk_file_tail(call, tsk_format(call, "/proc/%d/cgroup", pid),
					 GROUP_LINES, GROUPS_SIZE, 0);
	const char *end = text ? strstr(text, ".service\n") : NULL;

	/* The last one on the path is the worker's own. */
	for (const char *more = end; more; more = strstr(more + 1, ".service\n"))
		end = more;
	if (!end)
		return NULL;
	const char *begin = end;
	while (begin > text && begin[-1] != '/' && begin[-1] != '\n')
		begin--;
	const char *unit = tsk_copy_bytes(call, begin, (size_t)(end - begin));
	return strncmp(unit, "user@", 5) == 0 ? NULL : unit;
}

/* A user's own manager is started as `systemd --user`. */
const char *unit_of(struct tsk_call *call, const struct worker *worker,
		    const struct tsk_process_info *parent)
{
	static const char *const user[] = { "--user", NULL };
	const char *unit = strcmp(parent->name, "systemd") == 0
				   ? systemd_unit(call, worker->tree[0].id.pid)
				   : NULL;

	return unit ? tsk_format(call, "systemctl %sstop %s",
				 has_word(&parent->words, user) ? "--user " : "",
				 tsk_quote(call, unit))
		    : NULL;
}

static const char *supervisorctl(struct tsk_call *call, int pid)
{
	const char *name = tsk_process_environment(call, pid, "SUPERVISOR_PROCESS_NAME");
	const char *group = tsk_process_environment(call, pid, "SUPERVISOR_GROUP_NAME");

	if (!name)
		return "supervisorctl stop NAME";
	return tsk_format(call, "supervisorctl stop %s",
			  tsk_quote(call, group && strcmp(group, name) != 0
						  ? tsk_format(call, "%s:%s", group, name)
						  : name));
}

/* pm2 hands the process its settings; without a name there, pm_id is one that it takes as well. */
static const char *pm2_stop(struct tsk_call *call, int pid)
{
	const char *name = tsk_process_environment(call, pid, "name");
	const char *home = tsk_process_environment(call, pid, "PM2_HOME");

	if (!name || !*name)
		name = tsk_process_environment(call, pid, "pm_id");
	return tsk_format(call, "%s%s%spm2 stop %s", home ? "PM2_HOME=" : "",
			  home ? tsk_quote(call, home) : "", home ? " " : "",
			  name && *name ? tsk_quote(call, name) : "NAME");
}

/* runsv, s6-supervise and supervise: the folder of the service is their last word. */
static const char *service_folder(struct tsk_call *call, const struct tsk_process_info *parent)
{
	const char *folder =
		parent->words.count > 1 ? parent->words.items[parent->words.count - 1] : ".";

	/* They go into it, so that their working directory is the folder, or its parent. */
	if (*folder == '/' || !parent->directory)
		return tsk_quote(call, folder);
	const char *last = base_name(folder);
	return tsk_quote(call, strcmp(base_name(parent->directory), last) == 0 || !strcmp(last, ".")
				       ? parent->directory
				       : tsk_format(call, "%s/%s", parent->directory, folder));
}

const char *stop_there(struct tsk_call *call, const struct worker *worker,
		       const struct tsk_process_info *parent, const char *unit)
{
	static const struct {
		const char *program, *command;
	} folders[] = { { "runsv", "sv stop" },
			{ "s6-supervise", "s6-svc -d" },
			{ "supervise", "svc -d" } };
	const char *program = program_name(parent);
	int pid = worker->tree[0].id.pid;

	if (unit)
		return unit;
	if (strcmp(program, "supervisord") == 0)
		return supervisorctl(call, pid);
	if (strncmp(program, "pm2", 3) == 0)
		return pm2_stop(call, pid);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strcmp(program, folders[i].program) == 0)
			return tsk_format(call, "%s %s", folders[i].command,
					  service_folder(call, parent));
	return tsk_format(call, "kill %d", parent->id.pid);
}
