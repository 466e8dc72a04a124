/* Who starts a worker anew when it is stopped: a supervisor, a reloader, a loop in a shell. To stop
 * the worker alone is undone a moment later; it has to be stopped there. */
#include "worker.h"

#include <string.h>
#include <unistd.h>

/* How long one that comes back is waited for: supervisors wait a second or so before they start
 * one anew (supervisord backs off by whole seconds, systemd by 100 ms). Where the parent is no
 * known one, most often nobody comes, and the wait is what each stop costs. */
#define KNOWN_MS         3000
#define UNKNOWN_MS       500

/* There is no event for the birth of somebody else's child that a user may wait for (the kernel's
 * process connector wants CAP_NET_ADMIN): the parent's end is waited for, and in between its
 * children are looked at this often. */
#define LOOK_MS          50

#define TICK_NS          ((int64_t)10000000)

/* A call in a script in a make in a shell of an agent; more than any has. */
#define GENERATIONS_MOST 64

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

/* The program, by its own name or as a script of an interpreter: "python /usr/bin/supervisord". */
static const char *program_name(const struct tsk_process_info *process)
{
	const struct tsk_strings *words = &process->words;
	const char *first = words->count ? base_name(words->items[0]) : process->name;

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

static const char *const supervisors[] = { "supervisord", "circusd", "runsv", "s6-supervise",
					   "monit",       "god",     "pm2",   "procServ",
					   "daemontools", NULL };
static const char *const reloaders[] = { "watchfiles", "watchmedo", "watchexec", "nodemon",
					 "entr",       "reflex",    "air",       "hupper",
					 "watchgod",   "arelo",     "jurigged",  NULL };
static const char *const procfiles[] = { "honcho",  "foreman", "overmind",        "hivemind",
					 "goreman", "mprocs",  "process-compose", NULL };
static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", "ash", "fish", NULL };

/* ---- how it is stopped there ---- */

/* "orders" of a control group ".../orders.service"; user: of the user's own systemd. */
static const char *systemd_unit(struct tsk_call *call, int pid, bool *user)
{
	const char *text =
		tsk_file_tail(call, tsk_format(call, "/proc/%d/cgroup", pid), 100, 8192, 0);
	const char *end = text ? strstr(text, ".service\n") : NULL;

	/* The last one on the path is the worker's own. */
	for (const char *more = end; more; more = strstr(more + 1, ".service\n"))
		end = more;
	if (!end)
		return NULL;
	const char *begin = end;
	while (begin > text && begin[-1] != '/' && begin[-1] != '\n')
		begin--;
	*user = strstr(text, "/user@") != NULL;
	const char *unit = tsk_copy_bytes(call, begin, (size_t)(end - begin));
	return strncmp(unit, "user@", 5) == 0 ? NULL : unit;
}

static const char *supervisorctl(struct tsk_call *call, const struct worker *worker)
{
	int pid = worker->tree[0].id.pid;
	const char *name = tsk_process_environment(call, pid, "SUPERVISOR_PROCESS_NAME");
	const char *group = tsk_process_environment(call, pid, "SUPERVISOR_GROUP_NAME");

	if (!name)
		return "supervisorctl stop NAME";
	return tsk_format(call, "supervisorctl stop %s",
			  tsk_quote(call, group && strcmp(group, name) != 0
						  ? tsk_format(call, "%s:%s", group, name)
						  : name));
}

static const char *stop_command(struct tsk_call *call, const struct worker *worker,
				const struct tsk_process_info *parent, const char *program)
{
	bool user = false;
	const char *unit = strcmp(parent->name, "systemd") == 0
				   ? systemd_unit(call, worker->tree[0].id.pid, &user)
				   : NULL;

	if (unit)
		return tsk_format(call, "systemctl %sstop %s", user ? "--user " : "",
				  tsk_quote(call, unit));
	if (strcmp(program, "supervisord") == 0)
		return supervisorctl(call, worker);
	return tsk_format(call, "kill %d", parent->id.pid);
}

/* ---- who it is ---- */

/* One that somebody types into starts nothing anew by itself. */
static bool is_interactive(const struct tsk_process_info *shell)
{
	for (size_t i = 1; i < shell->words.count; i++)
		if (*shell->words.items[i] != '-' || strcmp(shell->words.items[i], "-c") == 0)
			return false;
	return true;
}

/* Who called us started nothing anew: it waits for our answer. */
static bool is_above_us(struct tsk_call *call, const struct tsk_process_info *process)
{
	int pid = getppid();

	for (int up = 0; up < GENERATIONS_MOST && pid > 1; up++) {
		const struct tsk_process_info *at = tsk_process_look(call, pid);
		if (pid == process->id.pid)
			return true;
		pid = at ? at->parent : 0;
	}
	return false;
}

bool find_supervisor(struct tsk_call *call, const struct worker *worker,
		     struct supervisor *supervisor)
{
	const struct tsk_process_info *parent =
		worker->count ? tsk_process_look(call, worker->tree[0].parent) : NULL;

	*supervisor = (struct supervisor){ .is_known = false };
	/* What we started ourselves has whoever takes orphans as its parent. */
	const struct tsk_origin *origin =
		parent ? tsk_process_origin(call, worker->tree[0].id.pid) : NULL;
	if (!parent || parent->id.pid == getpid() || is_above_us(call, parent) ||
	    (origin && origin->is_root))
		return false;
	const char *program = program_name(parent);
	bool user = false, is_systemd = strcmp(parent->name, "systemd") == 0 &&
					systemd_unit(call, worker->tree[0].id.pid, &user);
	bool is_shell = is_one_of(program, shells);
	/* Orphans go to process 1, or to a reaper of their session: neither starts any anew. */
	if ((parent->id.pid == 1 || strcmp(parent->name, "systemd") == 0) && !is_systemd)
		return false;
	*supervisor = (struct supervisor){
		.process = parent->id,
		.name = tsk_format(call, "%s (pid %d)", program, parent->id.pid),
		.stop = stop_command(call, worker, parent, program),
		.is_known = is_systemd || is_one_of(program, supervisors) ||
			    is_one_of(program, reloaders) || is_one_of(program, procfiles) ||
			    (is_shell && !is_interactive(parent)),
		.words = worker->tree[0].words,
	};
	return true;
}

/* ---- whether it came back ---- */

static bool same_words(const struct tsk_strings *one, const struct tsk_strings *other)
{
	if (!one->count || one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

struct look {
	int returned; /* its PID */
	bool busy;    /* the parent has started something else since */
};

static struct look look_at_children(struct tsk_call *call, const struct supervisor *supervisor,
				    int64_t stop_began)
{
	const struct tsk_process_info *at = tsk_process_list(call, NULL);
	struct look look = { .returned = 0 };

	for (; at->id.pid && !look.returned; at++) {
		/* Starts are told in clock ticks, a hundredth of a second. */
		if (at->parent != supervisor->process.pid || at->started_at < stop_began - TICK_NS)
			continue;
		look.busy = true;
		if (same_words(&at->words, &supervisor->words))
			look.returned = at->id.pid;
	}
	return look;
}

int wait_for_return(struct tsk_call *call, const struct supervisor *supervisor, int64_t stop_began)
{
	const int64_t began = tsk_now_ms();
	int64_t deadline = began + (supervisor->is_known ? KNOWN_MS : UNKNOWN_MS);
	struct pollfd end = { .fd = tsk_process_open(&supervisor->process), .events = POLLIN };
	struct look look = { .returned = 0 };

	while (end.fd >= 0) {
		struct tsk_mark mark = tsk_mark(call);
		look = look_at_children(call, supervisor, stop_began);
		tsk_rewind(call, mark);
		/* A loop in a shell sleeps before it goes round. */
		if (look.busy)
			deadline = began + KNOWN_MS;
		if (look.returned || tsk_now_ms() >= deadline)
			break;
		/* Without a parent there is nobody to start it; an interruption ends the wait too.
		 */
		if (tsk_wait(call, &end, 1, tsk_now_ms() + LOOK_MS) != TSK_TIMEOUT)
			break;
	}
	if (end.fd >= 0)
		close(end.fd);
	return look.returned;
}
