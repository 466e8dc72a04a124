/* What the rest of core/process asks of the operating system. linux.c, linux_tcp.c, linux_files.c,
 * linux_output.c and linux_namespaces.c answer it; they also answer those functions of
 * <temporal-skill/process.h> that only look. Another system needs these files anew, and nothing
 * else.
 *
 * Invariants. All that is said about one process in one answer is about the same process: a number
 * that was reused meanwhile shows in the start time. Nothing here signals a number: signals go
 * through a descriptor.
 */
#ifndef CORE_PROCESS_SYSTEM_H
#define CORE_PROCESS_SYSTEM_H

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

/* The kernel cuts names of programs at 15 bytes; those of its own threads may be longer. */
#define SYSTEM_NAME_SIZE 64

struct system_process {
	struct tsk_process id;
	int parent, session, group;
	char state;  /* 'Z' and 'X': its first thread has ended */
	int threads; /* more than one of a 'Z': the others go on */
	uid_t owner;
	uint64_t cpu_ticks;
	char name[SYSTEM_NAME_SIZE];
};

/* One process, ended and not yet reaped ones as well; false where there is none. */
bool system_process(int pid, struct system_process *process);
bool system_has_ended(const struct system_process *process);

/* All that run, whosoever's; ends with id.pid 0. */
const struct system_process *system_processes(struct tsk_call *call, size_t *count);

/* The same with command line, directory and program, which cost more to ask for. */
void system_describe(struct tsk_call *call, const struct system_process *process,
		     struct tsk_process_info *info);

/* A pidfd of whatever process has that number now, ended ones as well. -1: none. */
int system_pidfd(int pid);

/* Sends a signal through a pidfd; false with errno set where it could not be sent. */
bool system_signal(int pidfd, int signal);

/* Clock ticks since boot, on the clock of start_ticks; and how many of them make a second. */
uint64_t system_ticks(void);
uint64_t system_ticks_per_second(void);

/* The boot id, or "unknown" where the system does not tell. */
const char *system_boot_id(void);

/* The inode of our own PID namespace; 0: it cannot be told. */
uint64_t system_pid_namespace(void);

/* Whether /proc numbers processes as we do: a mount of another PID namespace does not. */
bool system_proc_is_ours(void);

/* Whether ours is the one that the machine began with, which sees all others. */
bool system_is_first_namespace(void);

/* Whether some process that we see is in that PID namespace: 1 yes, 0 no and we see them all, -1
 * it cannot be told from here. */
int system_namespace_lives(uint64_t pid_namespace);

/* A descriptor that gets readable when somebody closes that file; the caller closes it. -1: none to
 * be had. */
int system_watch_closing(const char *path);

/* Whether the process has one of these sockets open; inodes is sorted. */
bool system_holds_socket(int pid, const uint64_t *inodes, size_t count);

#endif
