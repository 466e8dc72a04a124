/* Processes: start them apart from us, know them again, find them, stop them with all their
 * children.
 *
 * Invariants. A process is named by PID, start time, boot and the PID namespace that the number is
 * of: a PID alone is reused, is another process in the next container, and is never signalled.
 * Signals go through a pidfd that was opened before the identity was checked, and only to whom
 * tsk_may_signal shows to be meant. Nothing is
 * started through a shell. Everything that is kept on disk (records, locks, logs) lies in
 * directories that only this user can write, else TSK_DENIED. Facts about uv and Python workers: a
 * `uv run` forks, so uv leads and python is its child; SIGTERM to the leader ends both, SIGKILL to
 * the leader alone leaves python running.
 */
#ifndef TEMPORAL_SKILL_PROCESS_H
#define TEMPORAL_SKILL_PROCESS_H

#include <temporal-skill/call.h>

#include <sys/types.h>

#pragma GCC visibility push(default)

/* ---- identity ---- */

struct tsk_process {
	int pid;
	uint32_t pid_namespace; /* in which pid is its number: the inode of /proc/self/ns/pid; 0:
				   not known */
	uint64_t start_ticks;   /* /proc/PID/stat field 22: clock ticks after boot */
	char boot_id[40];       /* /proc/sys/kernel/random/boot_id */
};

/* The identity of a running process. false: no such process (or a zombie). */
bool tsk_process_identify(int pid, struct tsk_process *process);

/* Whether that very process still runs, as far as we can see; a zombie does not. */
bool tsk_process_runs(const struct tsk_process *process);

/* Whether its number is one of our PID namespace and boot, so that what we see tells of it. */
bool tsk_process_is_here(const struct tsk_process *process);

/* The PID namespace of a process that we see, by its inode; 0: it cannot be told. One that runs in
 * a container below us has a number here as well, and another namespace. */
uint64_t tsk_process_namespace(int pid);

/* The number that it has in its own PID namespace; 0: it cannot be told. */
int tsk_process_inner_pid(int pid);

/* Whether every process of this machine is seen here: we are in its first PID namespace, and no
 * process of another user is hidden from us. false also where that cannot be told. */
bool tsk_process_all_are_seen(void);

/* A pidfd of that very process, readable when it has ended; the caller closes it. -1: it does not
 * run any more. */
int tsk_process_open(const struct tsk_process *process);

/* ---- looking ---- */

struct tsk_process_info {
	struct tsk_process id;
	int parent, session, group;
	char state; /* R S D Z T, as in /proc */
	uid_t owner;
	int64_t started_at; /* Unix nanoseconds */
	int64_t cpu_ms;
	const char *name; /* comm */
	struct tsk_strings
		words;         /* the command line; empty for kernel threads and where unreadable */
	const char *directory; /* working directory, NULL where unreadable */
	const char *program;   /* executable, NULL where unreadable */
};

/* One process, or NULL where it does not run. In the first moments after tsk_start words and name
 * may still be empty or ours: the kernel fills them in while exec goes on. */
const struct tsk_process_info *tsk_process_look(struct tsk_call *call, int pid);

/* Every process of this user (all users for root) that is not a zombie; rows end with id.pid 0.
 * count may be NULL. */
const struct tsk_process_info *tsk_process_list(struct tsk_call *call, size_t *count);

/* The process, its descendants and what else is in its session when it leads one, roots first. Ends
 * with id.pid 0. Of a process that has ended: those of its session that tsk_start's mark (see
 * there) proves to be of it. */
const struct tsk_process_info *tsk_process_tree(struct tsk_call *call,
						const struct tsk_process *root, size_t *count);

/* The value of a variable in a process's starting environment, or NULL. */
const char *tsk_process_environment(struct tsk_call *call, int pid, const char *variable);
/* The regular file that it writes its errors, or else its output, to: its path, or one below /proc
 * where that has been removed or taken by another file. NULL: a terminal, a pipe, nothing. */
const char *tsk_process_output_file(struct tsk_call *call, const struct tsk_process *process);

/* A path to the file that the process writes its errors, else its output to; NULL: no file, or not
 * ours to look at. It may be gone as soon as the process is. */
const char *tsk_process_output(struct tsk_call *call, int pid);

/* What a process has to do with a file that it was told to work with. */
enum tsk_open_file {
	TSK_FILE_UNKNOWN,  /* its descriptors cannot be looked at */
	TSK_FILE_NOT_OPEN, /* it has no such file open */
	TSK_FILE_OPEN,     /* it has open what is at that path now, by whatever name */
	TSK_FILE_REMOVED,  /* it has open what was at that path, and was deleted since */
};
/* path: absolute. *link: below /proc, where what it has open can be read as long as it runs,
 * borrowed from the call; NULL: nothing of that. */
enum tsk_open_file tsk_process_open_file(struct tsk_call *call, int pid, const char *path,
					 const char **link);
/* A process other than except (0: none) that has the file at that path open; NULL: none that we may
 * look at, or no such file. */
const struct tsk_process_info *tsk_file_holder(struct tsk_call *call, const char *path, int except);

/* Whether one of the processes (ends with id.pid 0) has an established TCP connection to HOST:PORT.
 */
bool tsk_process_connected(struct tsk_call *call, const struct tsk_process_info *processes,
			   const char *address);

/* The other ends of their established TCP connections, "ADDRESS:PORT", each once; those that came
 * to a port that they listen on are left out. */
void tsk_process_peers(struct tsk_call *call, const struct tsk_process_info *processes,
		       struct tsk_strings *peers);

/* Who listens on a TCP port of this machine: the process, or NULL. *taken tells whether anyone does
 * (a process of another user may be invisible). */
const struct tsk_process_info *tsk_port_holder(struct tsk_call *call, int port, bool *taken);

/* Whether one of the processes (ends with id.pid 0) listens on a TCP port; 0: on any. */
bool tsk_process_listens(struct tsk_call *call, const struct tsk_process_info *processes, int port);

/* Where all that is started here ends with this very call: its PID namespace is the call's own (a
 * sandbox for each call, `docker run IMAGE COMMAND`). Why, in words; NULL: it outlives the call, as
 * far as can be told. */
const char *tsk_ends_with_call(struct tsk_call *call);

/* ---- starting ---- */

/* When a process that outlives the call is to end: whichever comes first. */
struct tsk_lifetime {
	int64_t ttl_ms;     /* so long after it was bound; 0: no limit */
	int64_t parent_pid; /* when this process ends, which has nothing else to do with it; 0: none
			     */
};

/* The rows for it in a command's options, whose struct has it as the member lifetime. */
#define TSK_LIFETIME_OPTIONS(options_struct)                                                       \
	{ .name = "ttl",                                                                           \
	  .type = TSK_DURATION,                                                                    \
	  .at = offsetof(options_struct, lifetime.ttl_ms),                                         \
	  .argument = "TIME",                                                                      \
	  .help = "what is started ends after this time: 30m, 8h",                                 \
	  .minimum = 1,                                                                            \
	  .maximum = INT64_MAX / 2 },                                                              \
	{                                                                                          \
		.name = "with-parent", .type = TSK_INTEGER,                                        \
		.at = offsetof(options_struct, lifetime.parent_pid), .argument = "PID",            \
		.help = "what is started ends when this process does: a session's shell",          \
		.minimum = 1, .maximum = INT32_MAX                                                 \
	}

/* Whether it can be had, before anything is started; TSK_NOT_FOUND: no such process. */
enum tsk_status tsk_lifetime_check(struct tsk_call *call, const struct tsk_lifetime *lifetime);

/* Binds one that was started by this program (tsk_launch does it for struct tsk_launch's lifetime):
 * from then on a process of its own, tsk-keeper, waits, stops it with its tree, and removes its
 * record of that kind (NULL: it has none). It goes when the process has ended before. */
enum tsk_status tsk_lifetime_bind(struct tsk_call *call, const struct tsk_process *process,
				  const char *kind, const struct tsk_lifetime *lifetime);

/* "with 'bash' (pid 4711), or after 30 min", borrowed from the call; NULL: it is not bound. */
const char *tsk_lifetime_text(struct tsk_call *call, const struct tsk_lifetime *lifetime);

/* A program to be started. */
struct tsk_launch {
	const char *const *words; /* argv, ends with NULL; words[0] is looked up in PATH of the new
				     environment */
	const char *directory;    /* working directory; NULL: ours */
	const char *const *environment; /* NAME=VALUE to add or replace, NAME alone to remove; ends
					   with NULL */
	const char
		*log; /* file for its stdout and stderr (created 0600, appended); NULL: /dev/null */
	const char *kind;  /* what it is to us: "worker", "server", "starter", "check", "recipe";
			      NULL: none that anybody looks for */
	const char *scope; /* whose: a project's directory, or a server's address; NULL: nobody's */
	const struct tsk_record *record; /* written with its identity before the program runs: one
					    that was started has a record, however we end; NULL */
	bool foreground;                 /* its tree ends with us, even when we are killed */
	const struct tsk_lifetime *lifetime; /* when it is to end by itself; NULL: not bound */
};

/* Starts a program detached: own session, no descriptors but 0 (/dev/null), 1 and 2, signal
 * dispositions and mask reset, PYTHONUNBUFFERED=1. Returns once it runs, *process being its
 * identity. TSK_UNAVAILABLE where the program cannot be run: the message names it. Its environment
 * also gets TEMPORAL_SKILL_STARTED=BOOT:TICKS, by which those of its session are known once it has
 * ended, and what tsk_process_origin tells. */
enum tsk_status tsk_launch(struct tsk_call *call, const struct tsk_launch *launch,
			   struct tsk_process *process);

/* The beginning of a struct tsk_launch, as plugins of 0.1.0 fill it in. */
struct tsk_spawn {
	const char *const *words;
	const char *directory;
	const char *const *environment;
	const char *log;
};
enum tsk_status tsk_start(struct tsk_call *call, const struct tsk_spawn *spawn,
			  struct tsk_process *process);

/* How a child of ours ended, once its pidfd was readable: true and *code (exit status, or 128 +
 * signal) and *signal (0: none). false: still running, or not our child, or told already (it is
 * reaped then; tsk_stop_claimed and tsk_launch_and_wait reap, too). */
bool tsk_process_ended(const struct tsk_process *process, int *code, int *signal);

/* Runs a program to its end, or to the deadline or an interruption (then it and its children are
 * stopped), catching its output; launch->log is not used. TSK_OK whatever came out, timed_out
 * included. */
struct tsk_ran {
	struct tsk_process process;
	int code;   /* exit status, or 128 + signal */
	int signal; /* that ended it, 0: none */
	bool timed_out;
	int64_t milliseconds;
	const char *output; /* stdout and stderr in order of arrival, its last limit bytes;
			       NUL-terminated */
	size_t output_size;
	size_t output_total; /* bytes that came in all */
	bool left_children;  /* others held its output open after it ended; they were left alone */
};
enum tsk_status tsk_launch_and_wait(struct tsk_call *call, const struct tsk_launch *launch,
				    int64_t deadline, size_t limit, struct tsk_ran *ran);
enum tsk_status tsk_run_program(struct tsk_call *call, const struct tsk_spawn *spawn,
				int64_t deadline, size_t limit, struct tsk_ran *ran);

/* A program whose output and errors come through pipes, for one who attends to several at once. The
 * caller closes the three descriptors (the pipes do not block), and asks tsk_process_ended once
 * pidfd is readable. */
struct tsk_piped {
	struct tsk_process process;
	int pidfd;
	int output, errors; /* ends to read from */
};
/* Starts it as tsk_start does; spawn->log is not used. input is to be its standard input and stays
 * the caller's; -1: /dev/null. */
enum tsk_status tsk_launch_piped(struct tsk_call *call, const struct tsk_launch *launch, int input,
				 struct tsk_piped *piped);
enum tsk_status tsk_start_piped(struct tsk_call *call, const struct tsk_spawn *spawn, int input,
				struct tsk_piped *piped);

/* ---- stopping ---- */

/* What its environment tells of a process that tsk_launch of any call started. */
struct tsk_origin {
	const char *kind, *scope;  /* as in tsk_launch; "" where it had none */
	const char *pid_directory; /* PID_DIR of the call */
	bool is_root;  /* this is the process that was started, and none of its children */
	bool attended; /* the call that started it still runs */
};
/* NULL: it was not started so. */
const struct tsk_origin *tsk_process_origin(struct tsk_call *call, int pid);

/* What the caller knows of a process that it wants to signal, beyond what tsk_may_signal finds out
 * by itself. */
struct tsk_claim {
	const char *variable, *value; /* a mark of the caller's in its environment; NULL: none */
	const char *command; /* how it is shown to run the project's command, in words; NULL: it is
				not */
	const char *address; /* HOST:PORT that one of its tree must be connected to besides */
};

/* What shows that a process may be signalled, or why not. */
enum tsk_ground {
	TSK_GROUND_NONE,
	TSK_GROUND_ENDED, /* it has ended; its session is known by our mark */
	TSK_GROUND_CHILD,
	TSK_GROUND_RECORD,
	TSK_GROUND_MARK,
	TSK_GROUND_COMMAND
};
struct tsk_warrant {
	enum tsk_ground ground;
	const char *evidence; /* in words */
};

/* The one place that decides whether a process may be signalled, and why: it runs in our own PID
 * namespace, is not part of what we run in, and is our child, or in a record of PID_DIR, or carries
 * our mark or the caller's, or runs the project's command and is connected to that server. A number
 * that somebody told is no reason. claim may be NULL. */
struct tsk_warrant tsk_may_signal(struct tsk_call *call, const struct tsk_process *process,
				  const struct tsk_claim *claim);

/* Sends a signal to a child of ours alone. false: it is none, or has ended. */
bool tsk_process_signal(const struct tsk_process *process, int signal);

struct tsk_stopped {
	const int *pids; /* all that were there and are gone now; ends with 0 */
	size_t count;
	size_t killed;      /* of these, how many needed SIGKILL */
	bool leader_killed; /* the leader did not end within the grace */
};

/* Stops a process with its whole tree, where tsk_may_signal grants it (else TSK_DENIED, with why):
 * SIGTERM to it alone, waits up to grace_ms, then SIGKILL to
 * whatever of its tree or session is left, and waits until all are gone. Not running any more:
 * those of its session that are left are stopped likewise (each that has lost its parent gets
 * SIGTERM); none: TSK_OK with count 0. TSK_DENIED where we may not signal it or run in it
 * ourselves. TSK_TIMEOUT where one outlives SIGKILL. An interruption shortens the grace, no more.
 */
enum tsk_status tsk_stop_claimed(struct tsk_call *call, const struct tsk_process *root,
				 const struct tsk_claim *claim, int64_t grace_ms,
				 struct tsk_stopped *stopped);
/* The same without a claim. */
enum tsk_status tsk_stop_tree(struct tsk_call *call, const struct tsk_process *root,
			      int64_t grace_ms, struct tsk_stopped *stopped);

/* ---- records: what we started, on disk in PID_DIR ---- */

/* A record is a small JSON file, PID_DIR/KIND-NAME-HASH.json, where HASH is of scope (the project's
 * absolute directory, or the server's address), so that equal names do not meet. Written whole or
 * not at all. Where that file is of a process elsewhere (another PID namespace or host that shares
 * PID_DIR), it is left as it is, and ours gets the namespace into its name. */
struct tsk_record {
	const char *kind;  /* "worker" or "server" */
	const char *name;  /* project name (PROJECT/NAME: one of its several workers), or address */
	const char *scope; /* absolute project directory, or address */
	struct tsk_process process;
	const char *command;              /* the command line as one line of text */
	const char *log;                  /* its log file */
	const char *address, *namespace_; /* of the server it was started for */
	const char *task_queues;          /* known queues, comma-separated, or "" */
	int64_t started_at;               /* Unix nanoseconds */
	const char *path;                 /* of the record itself; set by reading */
};

/* The host that a record was written on; "" in those of 0.1.0. record: from reading. */
const char *tsk_record_host(const struct tsk_record *record);

/* What becomes of the process of a record can be seen where it runs, and only there. */
enum tsk_whereabouts { TSK_RUNS, TSK_ENDED, TSK_ELSEWHERE };
enum tsk_whereabouts tsk_record_whereabouts(struct tsk_call *call, const struct tsk_record *record);
/* "pid 7 on 'build-3'", "pid 7 in another PID namespace of this host". */
const char *tsk_record_place(struct tsk_call *call, const struct tsk_record *record);

enum tsk_status tsk_record_write(struct tsk_call *call, const struct tsk_record *record);
/* NULL: there is none (or, with the error set, it cannot be read). A damaged record is noted, set
 * aside as FILE.bad and counts as none. One of a process here comes before one of elsewhere. */
const struct tsk_record *tsk_record_read(struct tsk_call *call, const char *kind, const char *name,
					 const char *scope);
/* All of a kind; ends with kind NULL. */
const struct tsk_record *tsk_record_list(struct tsk_call *call, const char *kind, size_t *count);
/* Removes it, unless it is by now of another process; TSK_OK where there is none. */
enum tsk_status tsk_record_remove(struct tsk_call *call, const struct tsk_record *record);

/* ---- locks, logs, directories ---- */

/* Takes the lock of that name (a file in PID_DIR, flock) until the call ends or tsk_unlock; waits
 * for its holder until the deadline: TSK_TIMEOUT, with the error recorded and the holder named.
 * Taken twice by one call, it must be unlocked twice; of two calls in one program the second gets
 * TSK_INTERNAL, as it would wait for itself. */
enum tsk_status tsk_lock(struct tsk_call *call, const char *name, int64_t deadline);
void tsk_unlock(struct tsk_call *call, const char *name);

/* The path of a log file in LOG_DIR: "worker", "/home/x/app" -> LOG_DIR/worker-app.log. kind alone
 * (scope NULL): LOG_DIR/KIND.log. A second project of the same name gets a hash in its file name:
 * the first that asked has claimed the plain one, for as long as its directory exists. Makes
 * LOG_DIR; NULL, with the error recorded, where that cannot be trusted. Of a command that is not
 * TSK_CHANGES it makes and claims nothing. */
const char *tsk_log_path(struct tsk_call *call, const char *kind, const char *name,
			 const char *scope);
/* Makes room for a new log: the old one becomes PATH.1, or PATH.2 where PATH.1 is somebody else's.
 */
enum tsk_status tsk_log_rotate(struct tsk_call *call, const char *path);
/* The last lines of a file, at most count lines and limit bytes, from byte offset on. NULL: cannot
 * be read. */
const char *tsk_file_tail(struct tsk_call *call, const char *path, size_t count, size_t limit,
			  int64_t offset);
/* Whether the text is anywhere in the file, however long that is. false: also where it cannot be
 * read. */
bool tsk_file_contains(struct tsk_call *call, const char *path, const char *text);
/* A whole regular file, at most limit bytes; NULL with the error recorded: TSK_DENIED where it is
 * something else (a FIFO, a device, a directory), which is told at once. /dev/null is an empty
 * file, and /dev/stdin and /dev/fd/N may be pipes, which the caller opened. size may be NULL. */
const char *tsk_file_read(struct tsk_call *call, const char *path, size_t limit, size_t *size);
/* The same of a file of the project's, which a checkout brings: TSK_DENIED also where links lead
 * out of the project (of the repository that it is in). */
const char *tsk_checkout_file_read(struct tsk_call *call, const char *path, size_t limit,
				   size_t *size);
/* The same of a file that a flag or a setting names, or that is written as one: TSK_USAGE where it
 * is not there, is something else, is too large or leads out; the machine's and the rights'
 * refusals stay what they are. */
const char *tsk_given_file_read(struct tsk_call *call, const char *path, size_t limit,
				size_t *size);
const char *tsk_given_checkout_file_read(struct tsk_call *call, const char *path, size_t limit,
					 size_t *size);
/* Whether tsk_given_file_read would read it, for a file that another program or a library is to
 * read. */
enum tsk_status tsk_given_file_check(struct tsk_call *call, const char *path, size_t limit);
/* Why tsk_file_read would not read it, for a file that another program or a library is to read.
 * NULL: it would. */
const char *tsk_file_problem(struct tsk_call *call, const char *path, size_t limit);
/* What an errno of a call on a file or folder comes to, in all commands alike: TSK_DENIED where
 * rights refuse it, missing where the path names nothing (TSK_USAGE, say, where a flag gave it),
 * else TSK_UNAVAILABLE: the machine or the disk cannot, now. */
enum tsk_status tsk_path_status(int error, enum tsk_status missing);
/* Writes a whole file or nothing (a new file that is renamed), mode 0644. */
enum tsk_status tsk_file_write(struct tsk_call *call, const char *path, const void *bytes,
			       size_t size);

/* A new folder beside path, PATH.tsk-XXXXXX, that becomes path by a rename; NULL with errno. It is
 * known as in the making until *lock is closed: later calls remove what dead ones left. */
const char *tsk_temporary_folder(struct tsk_call *call, const char *path, int *lock);
/* Removes such a folder with all that is in it. */
void tsk_temporary_drop(const char *folder);

/* Makes a directory that only this user can write (0700), or checks that it is one: TSK_DENIED,
 * untouched, where it is a symbolic link, belongs to another or can be written by others. */
enum tsk_status tsk_private_directory(struct tsk_call *call, const char *path);

/* A program's absolute path, looked up in PATH; NULL: not there. */
const char *tsk_find_program(struct tsk_call *call, const char *name);

#pragma GCC visibility pop

#endif
