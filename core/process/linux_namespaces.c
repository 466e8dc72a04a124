/* What is Linux's own, of PID namespaces: which one a number is of, and whether what we see in
 * /proc is numbered as we are. */
#include "internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first namespace of a boot has this inode (PROC_PID_INIT_INO): whoever is in it sees all. */
#define FIRST_NAMESPACE UINT64_C(0xEFFFFFFC)

static uint64_t namespace_at(const char *path)
{
	char target[64];
	unsigned long long inode;
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length <= 0)
		return 0;
	target[length] = '\0';
	return sscanf(target, "pid:[%llu]", &inode) == 1 ? inode : 0;
}

uint64_t system_pid_namespace(void)
{
	static uint64_t ours; /* a process cannot change its own */

	if (!ours)
		ours = namespace_at("/proc/self/ns/pid");
	return ours;
}

bool system_is_first_namespace(void)
{
	return system_pid_namespace() == FIRST_NAMESPACE;
}

bool tsk_process_all_are_seen(void)
{
	return system_is_first_namespace() && system_proc_is_ours() &&
	       access("/proc/1/stat", R_OK) == 0;
}

uint64_t tsk_process_namespace(int pid)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	return namespace_at(path);
}

/* A /proc that was mounted in another PID namespace numbers processes in its own way: to look
 * there for one of ours would show a stranger. */
bool system_proc_is_ours(void)
{
	static pid_t asked; /* by this process; a child of fork asks anew */
	static bool ours;
	char target[32];

	if (asked == getpid())
		return ours;
	ssize_t length = readlink("/proc/self", target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	ours = length <= 0 || strtol(target, NULL, 10) == getpid();
	asked = getpid();
	return ours;
}

bool tsk_process_is_here(const struct tsk_process *process)
{
	return strcmp(process->boot_id, system_boot_id()) == 0 &&
	       (!process->pid_namespace || process->pid_namespace == system_pid_namespace());
}

int system_namespace_lives(uint64_t pid_namespace)
{
	DIR *proc = opendir("/proc");
	bool all_told = proc && system_is_first_namespace() && system_proc_is_ours();
	struct system_process process;
	struct dirent *entry;
	int lives = 0;

	while (proc && lives < 1 && (entry = readdir(proc))) {
		int pid = (int)strtol(entry->d_name, NULL, 10);
		/* The one whose number is 1 here is of ours. */
		if (pid <= 1)
			continue;
		uint64_t its = tsk_process_namespace(pid);
		if (its == pid_namespace)
			lives = 1;
		else if (!its && system_process(pid, &process) && !system_has_ended(&process))
			all_told = false;
	}
	if (proc)
		closedir(proc);
	return lives ? 1 : all_told ? 0 : -1;
}

/* "NSpid:	4711	3": from our number to its own, the last. */
static int last_number(const char *text)
{
	int number = 0;

	for (char *end; *text; text = end) {
		long next = strtol(text, &end, 10);
		if (end == text)
			break;
		number = (int)next;
	}
	return number;
}

int tsk_process_inner_pid(int pid)
{
	char path[48], line[512];
	int inner = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *status = pid > 0 && system_proc_is_ours() ? fopen(path, "re") : NULL;
	while (status && !inner && fgets(line, sizeof(line), status))
		if (strncmp(line, "NSpid:", strlen("NSpid:")) == 0)
			inner = last_number(line + strlen("NSpid:"));
	if (status)
		fclose(status);
	return inner;
}
