/* Starting programs apart from us: an own session, nothing inherited but what is meant to be. */
#include "internal.h"

#include "talk/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FREE_DESCRIPTOR 3

/* ---- environment ---- */

struct environment {
	const char **items; /* ends with NULL */
	size_t count;
};

/* NAME=VALUE replaces, NAME alone removes. */
static void set_variable(struct environment *environment, const char *entry)
{
	size_t name = strcspn(entry, "="), kept = 0;

	for (size_t i = 0; i < environment->count; i++) {
		const char *item = environment->items[i];
		if (strncmp(item, entry, name) != 0 || (item[name] != '=' && item[name] != '\0'))
			environment->items[kept++] = item;
	}
	if (entry[name])
		environment->items[kept++] = entry;
	environment->items[kept] = NULL;
	environment->count = kept;
}

static const char *get_variable(const struct environment *environment, const char *variable)
{
	size_t name = strlen(variable);

	for (size_t i = 0; i < environment->count; i++)
		if (strncmp(environment->items[i], variable, name) == 0 &&
		    environment->items[i][name] == '=')
			return environment->items[i] + name + 1;
	return NULL;
}

/* The digits of the PID are filled in by the process itself. */
static char *origin_mark(struct tsk_call *call, const struct tsk_launch *spawn, char **digits)
{
	struct tsk_process us = { 0 };

	tsk_process_identify(getpid(), &us);
	const char *front = tsk_format(call, ORIGIN_MARK "=%s:", spawn->kind ? spawn->kind : "");
	char *mark = (char *)(uintptr_t)tsk_format(call, "%s%0*d:%d:%" PRIu64 ":%s", front,
						   SPAWN_PID_DIGITS, 0, getpid(), us.start_ticks,
						   spawn->scope ? spawn->scope : "");
	*digits = mark + strlen(front);
	return mark;
}

static struct environment make_environment(struct tsk_call *call, const struct tsk_launch *spawn,
					   char **pid_digits)
{
	const char *const *changes = spawn->environment;
	struct environment environment = { .count = 0 };
	size_t own = 0, changed = 0;

	while (environ && environ[own])
		own++;
	while (changes && changes[changed])
		changed++;
	environment.items = tsk_alloc(call, (own + changed + 5) * sizeof(*environment.items));
	for (; environment.count < own; environment.count++)
		environment.items[environment.count] = environ[environment.count];
	/* Into a file Python buffers what it prints, for hours where little is said. */
	set_variable(&environment, "PYTHONUNBUFFERED=1");
	for (size_t i = 0; i < changed; i++)
		set_variable(&environment, changes[i]);
	set_variable(&environment,
		     tsk_format(call, START_MARK "=%s:%" PRIu64, system_boot_id(), system_ticks()));
	set_variable(&environment, origin_mark(call, spawn, pid_digits));
	set_variable(&environment,
		     tsk_format(call, PID_DIR_MARK "=%s", tsk_setting(call, TSK_SETTING_PID_DIR)));
	return environment;
}

/* ---- descriptors ---- */

struct descriptors {
	int directory; /* AT_FDCWD: ours */
	int null, input, output, errors;
};

/* A program may be started with 0, 1 or 2 closed, and then gets these numbers for its own files. */
static int above_standard(int descriptor)
{
	if (descriptor < 0 || descriptor >= FIRST_FREE_DESCRIPTOR)
		return descriptor;
	int above = fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR);
	int error = errno;
	close(descriptor);
	errno = error;
	return above;
}

static enum tsk_status open_log(struct tsk_call *call, const char *path, int *log)
{
	struct stat about;

	/* O_NONBLOCK: to open a FIFO would wait for its reader. */
	*log = above_standard(
		open(path,
		     O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		     0600));
	if (*log < 0)
		return tsk_fail(call, file_status(errno), "cannot open the log '%s': %s", path,
				strerror(errno));
	if (fstat(*log, &about) || !S_ISREG(about.st_mode))
		return tsk_fail(call, TSK_DENIED,
				"cannot open the log '%s': it is not a regular file", path);
	fcntl(*log, F_SETFL, O_APPEND);
	return TSK_OK;
}

/* A copy above the standard ones, or of instead where there is none. */
static enum tsk_status copy_descriptor(struct tsk_call *call, int from, int instead, int *copy)
{
	*copy = fcntl(from < 0 ? instead : from, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR);
	if (*copy < 0)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot duplicate a descriptor: %s",
				strerror(errno));
	return TSK_OK;
}

static enum tsk_status open_descriptors(struct tsk_call *call, const struct tsk_launch *spawn,
					const struct start_streams *streams, struct descriptors *to)
{
	if (spawn->directory) {
		to->directory =
			above_standard(open(spawn->directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
		if (to->directory < 0)
			return tsk_fail(call, file_status(errno),
					"cannot enter the directory '%s': %s", spawn->directory,
					strerror(errno));
	}
	to->null = above_standard(open("/dev/null", O_RDWR | O_CLOEXEC));
	if (to->null < 0)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot open '/dev/null': %s",
				strerror(errno));
	enum tsk_status status = copy_descriptor(call, streams->input, to->null, &to->input);
	if (!status && streams->output < 0 && spawn->log)
		status = open_log(call, spawn->log, &to->output);
	else if (!status)
		status = copy_descriptor(call, streams->output, to->null, &to->output);
	return status ? status : copy_descriptor(call, streams->errors, to->output, &to->errors);
}

static void close_descriptors(const struct descriptors *descriptors)
{
	const int all[] = { descriptors->directory, descriptors->null, descriptors->input,
			    descriptors->output, descriptors->errors };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i] >= 0)
			close(all[i]);
}

/* ---- spawn ---- */

/* The interpreter that a script names and that is not there: a moved virtual environment is full of
 * such scripts. */
static const char *missing_interpreter(struct tsk_call *call, int directory, const char *program)
{
	char line[256] = "";
	int script = openat(directory, program, O_RDONLY | O_CLOEXEC);
	ssize_t length = script >= 0 ? read(script, line, sizeof(line) - 1) : -1;

	if (script >= 0)
		close(script);
	if (length < 3 || strncmp(line, "#!", 2) != 0)
		return NULL;
	const char *interpreter = line + 2 + strspn(line + 2, " \t");
	interpreter = tsk_copy_bytes(call, interpreter, strcspn(interpreter, " \t\r\n"));
	return faccessat(directory, interpreter, X_OK, AT_EACCESS) ? interpreter : NULL;
}

static enum tsk_status cannot_run(struct tsk_call *call, const char *word, const char *program,
				  int directory, int error)
{
	const char *interpreter =
		error == ENOENT ? missing_interpreter(call, directory, program) : NULL;

	if (interpreter)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot run '%s': its interpreter '%s' is missing", word,
				interpreter);
	return tsk_fail(call, TSK_UNAVAILABLE, "cannot run '%s': %s", word, strerror(error));
}

/* With SIGCHLD ignored, which is inherited, the kernel would throw the exit status of our children
 * away. */
static void keep_exit_statuses(void)
{
	struct sigaction action;

	if (sigaction(SIGCHLD, NULL, &action) == 0 &&
	    (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT)))
		signal(SIGCHLD, SIG_DFL);
}

/* What cannot be watched and stopped is not started. */
static enum tsk_status check_pidfd(struct tsk_call *call)
{
	struct system_process us;
	int pidfd = system_pidfd(getpid());

	if (pidfd < 0)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot watch processes: pidfd_open: %s",
				strerror(errno));
	close(pidfd);
	if (!system_process(getpid(), &us))
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot watch processes: /proc is not there, or is that of another "
				"PID namespace");
	return TSK_OK;
}

/* While it waits to run the program: whatever becomes of us from here on, there is a record of it,
 * and a guard. */
static enum tsk_status write_down(struct tsk_call *call, const struct tsk_launch *spawn, pid_t pid,
				  struct tsk_process *process)
{
	struct system_process started;

	if (!system_process(pid, &started)) /* it is our child: there until it is reaped */
		return tsk_fail(call, TSK_INTERNAL, "cannot find process %d in /proc", (int)pid);
	*process = started.id;
	if (spawn->record) {
		struct tsk_record record = *spawn->record;
		record.process = started.id;
		if (tsk_record_write(call, &record))
			return tsk_error(call);
	}
	if (spawn->foreground)
		guard_begin(call, process);
	return spawn->lifetime ? tsk_lifetime_bind(call, process, spawn->kind, spawn->lifetime)
			       : TSK_OK;
}

static void take_back(struct tsk_call *call, const struct tsk_launch *spawn,
		      const struct tsk_process *process)
{
	if (spawn->foreground)
		guard_end(process);
	if (!spawn->record)
		return;
	struct tsk_record record = *spawn->record;
	record.process = *process;
	tsk_record_remove(call, &record);
}

static enum tsk_status run_plan(struct tsk_call *call, const struct tsk_launch *spawn,
				const struct spawn_plan *plan, const char *word,
				struct tsk_process *process)
{
	struct spawned spawned;
	int error = spawn_begin(plan, &spawned);

	*process = (struct tsk_process){ 0 };
	if (error)
		return cannot_run(call, word, plan->program, plan->directory, error);
	enum tsk_status status = write_down(call, spawn, spawned.pid, process);
	error = spawn_end(&spawned, status == TSK_OK);
	if (error)
		take_back(call, spawn, process);
	if (!status && error)
		status = cannot_run(call, word, plan->program, plan->directory, error);
	return status;
}

enum tsk_status start_program(struct tsk_call *call, const struct tsk_launch *spawn,
			      const struct start_streams *streams, struct tsk_process *process)
{
	struct descriptors descriptors = { AT_FDCWD, -1, -1, -1, -1 };
	static const char *const nothing[] = { "", NULL };
	const char *const *words = spawn->words && spawn->words[0] ? spawn->words : nothing;
	const char *word = words[0];
	char *pid_digits = NULL;

	keep_exit_statuses();
	enum tsk_status status = check_pidfd(call);
	if (!status)
		status = open_descriptors(call, spawn, streams, &descriptors);
	if (status)
		goto out;
	struct environment environment = make_environment(call, spawn, &pid_digits);
	const char *program =
		find_in_path(call, descriptors.directory, get_variable(&environment, "PATH"), word);
	if (!program) {
		const char *why = !strchr(word, '/') ? "it is not in PATH"
				  : faccessat(descriptors.directory, word, F_OK, 0)
					  ? strerror(errno)
					  : "it is not an executable file";
		status = tsk_fail(call, TSK_UNAVAILABLE, "cannot run '%s': %s", word, why);
		goto out;
	}
	const struct spawn_plan plan = {
		.program = program,
		.words = words,
		.environment = environment.items,
		.pid_digits = pid_digits,
		.directory = descriptors.directory,
		.input = descriptors.input,
		.output = descriptors.output,
		.errors = descriptors.errors,
	};
	status = run_plan(call, spawn, &plan, word, process);
	if (!status)
		trace_line(call, TRACE_PROCESS, "started %d: %s", process->pid, program);
out:
	close_descriptors(&descriptors);
	return status;
}

enum tsk_status tsk_launch(struct tsk_call *call, const struct tsk_launch *spawn,
			   struct tsk_process *process)
{
	const struct start_streams streams = { -1, -1, -1 };

	return start_program(call, spawn, &streams, process);
}

bool tsk_process_ended(const struct tsk_process *process, int *code, int *signal)
{
	struct system_process now;
	siginfo_t how = { 0 };

	/* A child keeps its number until it is reaped; the check is for one that was reaped before.
	 */
	if (!system_process(process->pid, &now) || !same_process(&now.id, process) ||
	    waitid(P_PID, (id_t)process->pid, &how, WEXITED | WNOHANG) ||
	    how.si_pid != process->pid)
		return false;
	guard_end(process);
	*signal = how.si_code == CLD_EXITED ? 0 : how.si_status;
	*code = how.si_code == CLD_EXITED ? how.si_status : 128 + how.si_status;
	return true;
}
