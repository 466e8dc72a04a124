/* What the files of core/process share among themselves and with nobody else. */
#ifndef CORE_PROCESS_INTERNAL_H
#define CORE_PROCESS_INTERNAL_H

#include "system.h"

#include <sys/stat.h>

/* ---- tree.c ---- */

bool same_process(const struct tsk_process *one, const struct tsk_process *other);

/* Whether the process's environment has the START_MARK of root. */
bool has_mark_of(struct tsk_call *call, const struct tsk_process *process,
		 const struct tsk_process *root);

/* A family: who descends from root or from one of the members, and who is in root's session. ends
 * with id.pid 0; whoever started another stands before it. session_is_its: the caller knows that
 * root leads or led the session of its number, having seen it do so. */
struct family_search {
	const struct tsk_process *root;
	const struct tsk_process *members;
	size_t member_count;
	bool session_is_its;
};
const struct system_process *family_find(struct tsk_call *call, const struct family_search *search,
					 size_t *count);

/* ---- spawn.c ---- */

/* Digits of a PID in a text that is made before the process is; the kernel's largest has 7. */
#define SPAWN_PID_DIGITS 10

struct spawn_plan {
	const char *program;
	const char *const *words, *const *environment; /* end with NULL */
	char *pid_digits;          /* in a text of environment: gets the number; NULL: nowhere */
	int directory;             /* to work in; negative: ours */
	int input, output, errors; /* above the standard ones */
};
struct spawned {
	pid_t pid;
	int gate, report;
};
/* Makes the process, in a session of its own, which does not run the program yet; returns an
 * errno. Must be followed by spawn_end. */
int spawn_begin(const struct spawn_plan *plan, struct spawned *spawned);
/* Lets it run the program, and waits until it does; or not, and it ends. Not 0: the errno why it
 * does not run; it is reaped. */
int spawn_end(struct spawned *spawned, bool go);

/* ---- guard.c ---- */

/* Has the tree of a child of ours end when we do, until guard_end or until we end by ourselves.
 * Where that cannot be had, it does not. */
void guard_begin(struct tsk_call *call, const struct tsk_process *root);
void guard_end(const struct tsk_process *root);

/* ---- start.c ---- */

/* The variable that every process started by us has in its environment, with boot id and clock
 * ticks of its start. It proves that the session of a leader that is gone is the one that we
 * started. */
#define START_MARK   "TEMPORAL_SKILL_STARTED"

/* KIND:PID:CALLER_PID:CALLER_TICKS:SCOPE of the process that was started; see tsk_process_origin.
 */
#define ORIGIN_MARK  "TEMPORAL_SKILL_OF"
/* PID_DIR of the call that started it. */
#define PID_DIR_MARK "TEMPORAL_SKILL_PID_DIR"

/* The program's standard streams. -1: for input /dev/null, for output spawn->log, for errors the
 * same as output. */
struct start_streams {
	int input, output, errors;
};

/* tsk_start with streams of the caller's. */
enum tsk_status start_program(struct tsk_call *call, const struct tsk_launch *spawn,
			      const struct start_streams *streams, struct tsk_process *process);

/* ---- stop.c ---- */

/* tsk_stop_tree without reaping: a leader that is our child keeps its exit status for
 * tsk_process_ended. */
enum tsk_status stop_family(struct tsk_call *call, const struct tsk_process *root,
			    const struct tsk_claim *claim, int64_t grace_ms,
			    struct tsk_stopped *stopped);

/* The same for a guard or keeper, whose charge was its parent's child, or its parent's to stop,
 * when it was forked. */
enum tsk_status stop_guarded(struct tsk_call *call, const struct tsk_process *root,
			     int64_t grace_ms, struct tsk_stopped *stopped);

/* ---- record.c ---- */

#define RECORD_ENDING ".json"

/* The file that a record is written to. */
const char *record_own_path(struct tsk_call *call, const struct tsk_record *record);

/* ---- path_lookup.c ---- */

/* Where name is found in path (as in PATH), seen from the directory: as it must be given to exec
 * from there. NULL: not there. */
const char *find_in_path(struct tsk_call *call, int directory, const char *path, const char *name);

/* ---- file_names.c: names of files, made from names that people chose ---- */

/* FNV-1a, 64 bits; start with NAME_HASH_START. */
#define NAME_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t name_hash(const char *text, uint64_t hash);

/* name with '_' for each byte outside [A-Za-z0-9._-], and cut. */
const char *name_plain(struct tsk_call *call, const char *name);

/* name with '_' for '/', control characters and bad UTF-8, and cut; blanks and letters of any
 * script stay. */
const char *name_readable(struct tsk_call *call, const char *name);

/* ---- directory.c ---- */

/* tsk_private_directory; create false: one that is not there is left so. *there may be NULL. */
enum tsk_status directory_check(struct tsk_call *call, const char *path, bool create, bool *there);

/* ---- file.c ---- */

/* ---- temporary.c ---- */

/* A new file PATH.tsk-XXXXXX, to be written, renamed and closed; -1 with errno. What dead calls
 * left in that folder is removed. */
int temporary_file(struct tsk_call *call, const char *path, char **name);

/* The status that stands for an errno. */
enum tsk_status file_status(int error);

/* Opens a file to read it: a regular one or /dev/null, and never waits for anything. What the path
 * names as already open (/dev/stdin, /dev/fd/N) may be a pipe. -1: *problem says in words why not,
 * *status what that comes to. */
int file_open(const char *path, enum tsk_status *status, const char **problem);

enum tsk_status file_replace(struct tsk_call *call, const char *path, const void *bytes,
			     size_t size, mode_t mode);

#endif
