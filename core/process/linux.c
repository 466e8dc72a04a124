/* What is Linux's own: /proc, pidfd and inotify. Sockets are in linux_tcp.c. */
#include "internal.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A line of /proc/PID/stat: 52 numbers of at most 20 digits and a name of 64 bytes. */
#define STAT_SIZE       2048

/* More processes than one machine runs; the kernel's own limit is 4 million numbers. */
#define PROCESSES_MOST  ((size_t)100000)

/* As much of a command line as is of use to anyone; the kernel lets it be 2 MB. */
#define WORDS_SIZE_MOST ((size_t)128 << 10)
#define WORDS_MOST      ((size_t)4096)

uint64_t system_ticks_per_second(void)
{
	long ticks = sysconf(_SC_CLK_TCK);

	return ticks > 0 ? (uint64_t)ticks : 100;
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint64_t system_ticks(void)
{
	return (uint64_t)clock_ns(CLOCK_BOOTTIME) / (1000000000 / system_ticks_per_second());
}

/* Reads a small file of /proc; false where it is not there, or has no byte. */
static bool read_small(int directory, const char *name, char *to, size_t room)
{
	int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got;

	if (file < 0)
		return false;
	while (size < room - 1) {
		got = read(file, to + size, room - 1 - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	close(file);
	to[size] = '\0';
	return size > 0;
}

const char *system_boot_id(void)
{
	static char boot_id[sizeof(
		(struct tsk_process){ 0 }.boot_id)]; /* one for the life of this process */

	if (*boot_id)
		return boot_id;
	if (read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id)))
		boot_id[strcspn(boot_id, "\n")] = '\0';
	if (!*boot_id)
		/* Some sandboxes lack it: number and start time must do. */
		snprintf(boot_id, sizeof(boot_id), "unknown");
	return boot_id;
}

/* ---- one process ---- */

static int open_process(int pid)
{
	char path[32];

	if (!system_proc_is_ours())
		return -1;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The name may hold blanks and parentheses itself, so the last ')' ends it. */
static bool parse_stat(char *text, struct system_process *process)
{
	char *name = strchr(text, '(');
	char *after = strrchr(text, ')');
	unsigned long long in_user, in_kernel, start;
	int pid;

	if (!name || !after || after < name || sscanf(text, "%d", &pid) != 1)
		return false;
	*after = '\0';
	snprintf(process->name, sizeof(process->name), "%s", name + 1);
	if (sscanf(after + 1,
		   " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %d %*d "
		   "%llu",
		   &process->state, &process->parent, &process->group, &process->session, &in_user,
		   &in_kernel, &process->threads, &start) != 8)
		return false;
	process->id.pid = pid;
	process->id.start_ticks = start;
	process->cpu_ticks = in_user + in_kernel;
	memcpy(process->id.boot_id, system_boot_id(), sizeof(process->id.boot_id));
	process->id.pid_namespace = (uint32_t)system_pid_namespace();
	return true;
}

static bool read_process(int directory, struct system_process *process)
{
	char text[STAT_SIZE];
	struct stat about;

	memset(process, 0, sizeof(*process));
	if (fstat(directory, &about) || !read_small(directory, "stat", text, sizeof(text)) ||
	    !parse_stat(text, process))
		return false;
	process->owner = about.st_uid;
	return true;
}

bool system_process(int pid, struct system_process *process)
{
	int directory = pid > 0 ? open_process(pid) : -1;

	if (directory < 0)
		return false;
	bool found = read_process(directory, process);
	close(directory);
	return found;
}

/* The first thread may end before the others, and is a zombie until the last of them has: nobody
 * can reap it yet, and the process works on. */
bool system_has_ended(const struct system_process *process)
{
	return strchr("ZXx", process->state) && process->threads <= 1;
}

/* Threads have a folder of their own in /proc, too, which no list shows; a number in an identity
 * may be that of one by chance. */
static bool is_thread(int pid)
{
	int pidfd = pidfd_open(pid, 0);

	if (pidfd >= 0)
		close(pidfd);
	/* As the kernel says it before and since 6.9. */
	return pidfd < 0 && (errno == EINVAL || errno == ENOENT);
}

bool tsk_process_identify(int pid, struct tsk_process *process)
{
	struct system_process found;

	if (!system_process(pid, &found) || system_has_ended(&found) || is_thread(pid))
		return false;
	*process = found.id;
	return true;
}

bool tsk_process_runs(const struct tsk_process *process)
{
	struct tsk_process now;

	return tsk_process_identify(process->pid, &now) && same_process(&now, process);
}

/* ---- pidfd ---- */

int system_pidfd(int pid)
{
	return pid > 0 ? pidfd_open(pid, 0) : -1;
}

bool system_signal(int pidfd, int signal)
{
	return pidfd_send_signal(pidfd, signal, NULL, 0) == 0;
}

/* The descriptor comes first: from then on it is of one process, and if that is the one that is
 * asked for (which started before we were called), it stays so whatever becomes of the number. */
int tsk_process_open(const struct tsk_process *process)
{
	int pidfd = system_pidfd(process->pid);

	if (pidfd < 0 || tsk_process_runs(process))
		return pidfd;
	close(pidfd);
	return -1;
}

/* ---- command line, directory, environment ---- */

static FILE *open_items(int directory, const char *name)
{
	int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
	FILE *items = file >= 0 ? fdopen(file, "r") : NULL;

	if (!items && file >= 0)
		close(file);
	return items;
}

/* The kernel gives command line and environment as strings, each with its NUL. */
static struct tsk_strings read_words(struct tsk_call *call, int directory)
{
	FILE *items = open_items(directory, "cmdline");
	struct tsk_lines words = { .call = call, .limit = WORDS_MOST };
	size_t item_room = 0, total = 0;
	char *item = NULL;
	ssize_t length;

	while (items && words.count < WORDS_MOST &&
	       (length = getdelim(&item, &item_room, '\0', items)) > 0 &&
	       (total += (size_t)length) <= WORDS_SIZE_MOST)
		tsk_lines_push(&words, tsk_copy(call, item));
	free(item);
	if (items)
		fclose(items);
	return tsk_lines_take(&words);
}

static const char *read_link(struct tsk_call *call, int directory, const char *name)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(directory, name, target, sizeof(target));

	return length > 0 ? tsk_copy_bytes(call, target, (size_t)length) : NULL;
}

void system_describe(struct tsk_call *call, const struct system_process *process,
		     struct tsk_process_info *info)
{
	const uint64_t second = system_ticks_per_second();
	const int64_t boot = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	struct system_process now;
	int directory = open_process(process->id.pid);

	*info = (struct tsk_process_info){
		.id = process->id,
		.parent = process->parent,
		.session = process->session,
		.group = process->group,
		.state = process->state,
		.owner = process->owner,
		.started_at = boot + (int64_t)(process->id.start_ticks * (1000000000 / second)),
		.cpu_ms = (int64_t)(process->cpu_ticks * 1000 / second),
		.name = tsk_copy(call, process->name),
	};
	if (directory < 0)
		return;
	if (read_process(directory, &now) && same_process(&now.id, &process->id)) {
		info->words = read_words(call, directory);
		info->directory = read_link(call, directory, "cwd");
		info->program = read_link(call, directory, "exe");
	}
	close(directory);
}

const struct tsk_process_info *tsk_process_look(struct tsk_call *call, int pid)
{
	struct system_process process;

	if (!system_process(pid, &process) || system_has_ended(&process) || is_thread(pid))
		return NULL;
	struct tsk_process_info *info = tsk_alloc(call, sizeof(*info));
	system_describe(call, &process, info);
	return info;
}

const char *tsk_process_environment(struct tsk_call *call, int pid, const char *variable)
{
	int directory = pid > 0 ? open_process(pid) : -1;
	FILE *items = directory >= 0 ? open_items(directory, "environ") : NULL;
	size_t name = strlen(variable), room = 0;
	const char *value = NULL;
	char *item = NULL;

	while (items && !value && getdelim(&item, &room, '\0', items) > 0)
		if (strncmp(item, variable, name) == 0 && item[name] == '=')
			value = tsk_copy(call, item + name + 1);
	free(item);
	if (items)
		fclose(items);
	if (directory >= 0)
		close(directory);
	return value;
}

const char *tsk_process_output(struct tsk_call *call, int pid)
{
	/* Logging goes to the error stream by default. */
	static const int streams[] = { STDERR_FILENO, STDOUT_FILENO };
	struct stat about;

	for (size_t i = 0; pid > 0 && i < sizeof(streams) / sizeof(*streams); i++) {
		const char *path = tsk_format(call, "/proc/%d/fd/%d", pid, streams[i]);

		if (stat(path, &about) == 0 && S_ISREG(about.st_mode))
			return path;
	}
	return NULL;
}

/* ---- all processes ---- */

const struct system_process *system_processes(struct tsk_call *call, size_t *count)
{
	size_t room = 512, found = 0;
	struct system_process *all = tsk_alloc(call, room * sizeof(*all));
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && found < PROCESSES_MOST && (entry = readdir(proc))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		all = tsk_grow(call, all, found, &room, sizeof(*all));
		if (system_process((int)strtol(entry->d_name, NULL, 10), &all[found]) &&
		    !system_has_ended(&all[found]))
			found++;
	}
	if (proc)
		closedir(proc);
	memset(&all[found], 0, sizeof(*all));
	*count = found;
	return all;
}

const struct tsk_process_info *tsk_process_list(struct tsk_call *call, size_t *count)
{
	const uid_t us = geteuid();
	size_t all_count, own = 0;
	const struct system_process *all = system_processes(call, &all_count);
	struct tsk_process_info *list = tsk_alloc(call, (all_count + 1) * sizeof(*list));

	for (size_t i = 0; i < all_count; i++)
		if (us == 0 || all[i].owner == us)
			system_describe(call, &all[i], &list[own++]);
	if (count)
		*count = own;
	return list;
}

/* ---- inotify ---- */

int system_watch_closing(const char *path)
{
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (watch < 0 || inotify_add_watch(watch, path, IN_CLOSE) >= 0)
		return watch;
	close(watch);
	return -1;
}
