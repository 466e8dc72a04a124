/* A rehearsal: the project's program is run as the code is on disk now, apart from its worker, and
 * replays histories in place of polling. See skills/probe/python for what happens inside it.
 *
 *	select_*       which runs are looked at
 *	histories      what is handed to a worker that asks for its queue's
 *	programs       the processes, and the lines that they write
 *	door           whoever of them would connect to the server without being asked
 *	judge          the runs that break, by cause
 */
#ifndef PLUGINS_REHEARSE_REHEARSAL_H
#define PLUGINS_REHEARSE_REHEARSAL_H

#include <temporal-skill/client.h>
#include <temporal-skill/passport.h>
#include <temporal-skill/process.h>
#include <temporal-skill/result.h>
#include <temporal-skill/text.h>

#include <poll.h>

/* ---- what is replayed ---- */

enum fate {
	FATE_WAITS,   /* not handed out, or not answered yet */
	FATE_FITS,    /* as far as its history goes */
	FATE_BREAKS,  /* see reason */
	FATE_NOT_HAD, /* its history could not be read: see problem */
};

/* How one history took the code. Texts are never NULL. */
struct replay {
	enum fate fate;
	const char *reason; /* "nondeterminism", "workflow_task_failure", "deadlock", "error",
			       "unregistered" */
	const char *message, *error;
	const char *expected, *got; /* what the history has, what the code asks for: "activity x" */
	const char *place;          /* "orders.py:28 in run", or "" */
	bool place_is_before;       /* of what the code asked for last */
	int64_t event_id;           /* 0: not known */
	int64_t reached;
	bool live;          /* it did its next task, which no event tells of yet */
	const char *digest; /* of all that the code asked for */
};

struct rehearsed {
	const char *workflow_id, *run_id, *type, *task_queue;
	bool open, stuck;  /* stuck: its workflow task fails or times out now */
	int64_t events;    /* of its history */
	const char *file;  /* in the folder, or absolute; NULL: not written yet */
	bool by_type_only; /* the caller chose it: whichever worker has its type takes it */
	bool handed;
	const char *problem; /* FATE_NOT_HAD */
	struct replay now;   /* with the code on disk */
	struct replay then;  /* with the sources that the worker was started with */
};

/* What is asked for. */
struct asked {
	const char *workflow_id, *run_id; /* one; NULL */
	const char *query;                /* of visibility; NULL */
	struct tsk_strings histories;     /* exported ones: files and folders */
	int64_t limit;                    /* at most so many runs; 0: no limit */
	bool closed;                      /* those of its queues that have ended, too */
	int64_t deadline;                 /* of the whole; monotonic ms */
};

struct chosen {
	struct tsk_call *call;
	const struct asked *asked;
	struct rehearsed *items;
	size_t count, room;
	int64_t there;           /* runs that there are besides, which were not chosen */
	struct tsk_lines queues; /* whose runs were chosen */
	const char *folder;      /* for histories and lines; goes at the end */
};

/* ---- select_runs.c ---- */

/* Whether the runs are chosen by what the caller names, and not by the workers' queues. */
bool chooses_by_name(const struct asked *asked);
/* Those that the caller names: -w, --query, --history. */
enum tsk_status select_named(struct chosen *chosen);
/* Those of a queue; each queue once. */
enum tsk_status select_of_queue(struct chosen *chosen, const char *queue);

/* ---- exported.c ---- */

/* Adds the histories in files and folders. TSK_USAGE: one is none. */
enum tsk_status add_exported(struct chosen *chosen);

/* ---- histories.c ---- */

/* Reads the histories of those that have no file yet, and writes them into the folder. */
enum tsk_status write_histories(struct chosen *chosen);
/* Hands a worker those that it takes and nobody has got. types: "*" is any. answer: the FIFO. */
enum tsk_status hand_out(struct chosen *chosen, const char *queue, const struct tsk_strings *types,
			 const char *answer);

/* ---- programs.c ---- */

/* What a run of the project's programs is to be like. */
struct staging {
	bool offline;                   /* it connects to nobody */
	const char *const *sources;     /* for each program: a folder of earlier sources, or NULL */
	const char *const *environment; /* more of it; ends with NULL; NULL: none */
	bool of_then;                   /* answers go into then, not into now */
};

/* What became of a program. */
struct program {
	const char *name; /* of its [worker NAME]; "" */
	const char *command;
	struct tsk_strings words;
	struct tsk_process process;
	int pidfd; /* -1: it has ended, or was not started */
	int code, signal;
	bool ended;
	bool speaks; /* it is itself the process of a worker */
};

#define ASKERS_MOST ((size_t)64)

struct stage {
	struct program *programs;
	size_t count;
	const char *log;
	size_t workers;                 /* Worker objects that were made */
	size_t asks;                    /* of them have asked for histories */
	struct tsk_lines queues, types; /* that they have */
	const char *other_namespace;    /* one polls there, in words; NULL */
	const char *refused;            /* the SDK refused to make one: why, in words; NULL */
	const char *held_back;          /* a request that was not sent; NULL */
	int64_t held_back_at;           /* monotonic ms */
	int askers[ASKERS_MOST];        /* processes that have asked */
	size_t asker_count;
	bool begun;      /* some of it runs in Python, and has heard of us */
	bool ignores_us; /* some of it connected to the server, and has not */
	bool timed_out;
};

/* The programs that are the project's workers; name: that one alone; worker_cmd: its command.
 * Either may be NULL. */
enum tsk_status find_programs(struct tsk_call *call, const char *name, const char *worker_cmd,
			      struct stage *stage);
/* Runs them until all that is asked for is answered, and stops them. */
enum tsk_status put_on_stage(struct chosen *chosen, const struct staging *staging,
			     struct stage *stage);

/* ---- foreign.c ---- */

/* Why it cannot be in Python, in words; NULL: it may be. */
const char *why_not_python(struct tsk_call *call, const struct program *program);

/* ---- door.c ---- */

#define DOOR_GUESTS ((size_t)8)

struct door {
	int listener;
	int guests[DOOR_GUESTS];
	size_t count;
	const char *address; /* HOST:PORT */
};
enum tsk_status open_door(struct tsk_call *call, struct door *door);
/* Fills in what to wait for: 1 + DOOR_GUESTS at most; returns how many. */
size_t watch_door(const struct door *door, struct pollfd *fds);
/* Takes in who came. Whether one of them said something. */
bool spoke_at_door(struct door *door);
void close_door(struct door *door);

/* ---- stage_lines.c ---- */

/* Takes a line that a program wrote. */
enum tsk_status take_line(struct chosen *chosen, const struct staging *staging, struct stage *stage,
			  const cJSON *line);

/* ---- judge.c ---- */

/* The runs that break alike. */
struct breakage {
	const struct rehearsed *first;
	size_t count;
	size_t mended_by_patch; /* of them fit the sources of then */
	struct tsk_lines ids;
};
struct judgement {
	struct breakage *items; /* the largest first */
	size_t count;
	size_t fit, broken, not_had, unanswered;
	size_t stuck, past; /* of those that are stuck: how many get past where they stand */
	struct tsk_lines past_ids, still_stuck_ids;
	bool compared;         /* with the sources of then */
	bool of_worker_before; /* which are those of the worker before the last */
	bool nothing_varies;   /* no file was changed, and nothing that was tried makes a difference
				*/
	size_t went_the_new_way; /* fit now, and not the sources of then */
	struct tsk_lines new_way_ids;
};
void judge(const struct chosen *chosen, struct judgement *judgement);

/* ---- earlier.c ---- */

/* The files of the project that differ from those that its worker was started with, and for each
 * program the folder of these; folders NULL: none is known. */
struct earlier {
	const char *const *folders;
	bool known;
	struct tsk_strings changed;
};
struct earlier look_for_earlier(struct tsk_call *call, const struct stage *stage);
/* The same, of the workers before those, which other code was started with. */
struct earlier look_before(struct tsk_call *call, const struct stage *stage);

/* ---- vary.c ---- */

/* What makes the runs that break come out otherwise, where no file was changed; NULL: nothing that
 * was tried. */
enum tsk_status name_what_varies(struct chosen *chosen, const struct stage *stage,
				 const char **what);

/* ---- say_rehearsal.c ---- */

enum tsk_status say_rehearsal(struct chosen *chosen, const struct stage *stage,
			      const struct judgement *judgement, const struct earlier *earlier,
			      const char *varies);

#endif
