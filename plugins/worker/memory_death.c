/* Whether a worker that was killed may have been so for its memory: a possibility, with what the
 * control group and the kernel's log show of it. What is Linux's own here. */
#include "start_worker.h"

#include <temporal-skill/diagnosis.h>

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <time.h>

/* A shell's exit status for a program that SIGKILL ended. */
#define KILLED_STATUS   (128 + SIGKILL)

/* syslog(2): SYSLOG_ACTION_READ_ALL; of the kernel's log, its end. */
#define KERNEL_READ_ALL 3
#define KERNEL_SIZE     ((size_t)256 << 10)

#define SMALL_FILE      ((size_t)8 << 10)

static const char *small_file(struct tsk_call *call, const char *path)
{
	const char *text = tsk_file_tail(call, path, 200, SMALL_FILE, 0);

	tsk_forget_error(call);
	return text;
}

/* ---- the control group ---- */

/* The path behind "0::" or "4:memory:"; NULL: there is none. */
static const char *group_path(struct tsk_call *call, const char *groups, const char *mark)
{
	const char *at = strstr(groups, mark);

	return at ? tsk_copy_bytes(call, at + strlen(mark), strcspn(at + strlen(mark), "\n"))
		  : NULL;
}

/* -1: not told there. */
static int64_t kills_of(struct tsk_call *call, const char *path)
{
	const char *text = small_file(call, path), *at = text ? strstr(text, "oom_kill ") : NULL;

	return at ? strtoll(at + strlen("oom_kill "), NULL, 10) : -1;
}

int64_t memory_kills(struct tsk_call *call)
{
	const char *groups = small_file(call, "/proc/self/cgroup");
	const char *unified = groups ? group_path(call, groups, "0::") : NULL;
	const char *memory = groups ? group_path(call, groups, ":memory:") : NULL;
	int64_t kills = -1;

	if (unified)
		kills = kills_of(call, tsk_format(call, "/sys/fs/cgroup%s/memory.events", unified));
	if (kills < 0 && memory)
		kills = kills_of(
			call,
			tsk_format(call, "/sys/fs/cgroup/memory%s/memory.oom_control", memory));
	/* In a container its own group is the root of what it sees. */
	if (kills < 0)
		kills = kills_of(call, "/sys/fs/cgroup/memory.events");
	return kills < 0 ? kills_of(call, "/sys/fs/cgroup/memory/memory.oom_control") : kills;
}

/* ---- the kernel's log ---- */

/* "1234 (python)", that was killed since then; NULL: none, or it is not for us to read. pid: 0
 * means any. */
static const char *killed_since(struct tsk_call *call, int64_t since, int pid)
{
	char *log = tsk_alloc(call, KERNEL_SIZE + 1);
	int size = klogctl(KERNEL_READ_ALL, log, (int)KERNEL_SIZE);
	struct timespec up;
	const char *found = NULL;

	clock_gettime(CLOCK_MONOTONIC, &up);
	/* The kernel counts from the start of the machine. */
	const double begin = (double)up.tv_sec - (double)(tsk_wall_ns() - since) / 1e9 - 1;
	log[size > 0 ? size : 0] = '\0';
	for (char *line = log; *line;) {
		size_t length = strcspn(line, "\n");
		const bool more = line[length] == '\n';
		line[length] = '\0';
		const char *at = strstr(line, "Killed process "), *time = strchr(line, '[');
		if (at && time && strtod(time + 1, NULL) >= begin) {
			at += strlen("Killed process ");
			if (!pid || strtol(at, NULL, 10) == pid)
				found = tsk_copy_bytes(call, at, strcspn(at, ",)") + 1);
		}
		line += length + more;
	}
	return found;
}

bool kernel_killed(struct tsk_call *call, int64_t since, int pid)
{
	return killed_since(call, since, pid) != NULL;
}

/* ---- all ---- */

static bool was_killed(struct tsk_call *call, const struct started_worker *started,
		       const char *log_text)
{
	const char *words = tsk_log_last_words(call, log_text ? log_text : "");

	if (!started->ended)
		return false;
	if (started->signal == SIGKILL || started->code == KILLED_STATUS)
		return true;
	/* A launcher may have a status of its own for it. */
	return started->code && words && strstr(words, "Killed") != NULL;
}

const char *memory_hint(struct tsk_call *call, const struct started_worker *started,
			const char *log_text)
{
	if (!was_killed(call, started, log_text))
		return "";
	const int64_t kills = memory_kills(call);
	const char *killed = killed_since(call, started->started_at, 0);

	if (killed)
		return tsk_format(call,
				  "it was killed (SIGKILL), maybe for its memory: the kernel's log "
				  "has 'Killed process %s' since its start",
				  killed);
	if (started->memory_kills >= 0 && kills > started->memory_kills)
		return tsk_format(call,
				  "it was killed (SIGKILL), maybe for its memory: oom_kill of this "
				  "control group has grown by %" PRId64 " since its start",
				  kills - started->memory_kills);
	return "it was killed (SIGKILL): somebody did so, or the kernel, as it does where memory "
	       "runs out";
}
