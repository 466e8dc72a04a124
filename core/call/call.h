/* The inside of struct tsk_call, for the core alone.
 *
 * A call owns its arena, result and error; it borrows settings and registry, which outlive it.
 * Parts that keep something open (the client's connection, locks) register with call_at_end and are
 * let go in reverse order by call_release.
 */
#ifndef CORE_CALL_CALL_H
#define CORE_CALL_CALL_H

#include "arena.h"

#include <temporal-skill/call.h>
#include <temporal-skill/result.h>

struct settings;
struct registry;
struct client;
struct lock;
struct told;
struct unanswered;

struct call_ending {
	void (*end)(void *what);
	void *what;
	struct call_ending *next;
};

struct call_error {
	enum tsk_status status;
	const char *message;
	const char *hint;
};

struct tsk_call {
	struct arena arena;
	struct arena kept; /* what outlives every mark, see call_keep */
	struct call_error error;
	struct call_ending *endings;

	const struct settings *settings;
	struct registry *registry;
	const struct tsk_command *command;
	int64_t deadline; /* set by --command-timeout; TSK_NO_DEADLINE otherwise */

	/* the result, see core/output/print.c */
	cJSON *result;
	const char *headline;
	const char *verdict;
	cJSON *next; /* array of strings */
	const void *raw;
	size_t raw_size;
	bool color;      /* whether the text that output_text makes has colours */
	bool emits;      /* tsk_emit was called, and somebody may still read what it prints */
	int write_error; /* the errno of the first write to stdout that failed */

	bool nul_told; /* that the server sent a text with one, see core/temporal/wire_unpack.c */

	struct client *client;         /* core/temporal; NULL before the first request */
	struct lock *locks;            /* core/process/lock.c */
	struct told *told;             /* core/diagnosis/told.c; gone after a rewind */
	struct unanswered *unanswered; /* see unanswered.h; NULL: nothing yet */
	/* what is known beside public structs that cannot grow, see core/call/beside.c */
	const void **beside;
	size_t beside_count, beside_room;
};

void call_init(struct tsk_call *call, const struct settings *settings, struct registry *registry);
void call_release(struct tsk_call *call);

/* From here to the matching call_keep_end, allocations are kept until the call ends even inside a
 * mark: for what is made at first use and used later, such as the connection. They do not nest. */
void call_keep(struct tsk_call *call);
void call_keep_end(struct tsk_call *call);

/* Keeps what is known of something beside its public struct, which cannot grow; what is of the
 * call's memory. The number, never 0, goes into the struct's padding. A rewind forgets what it
 * gives back. (beside.c) */
unsigned call_beside_add(struct tsk_call *call, const void *what);
/* NULL: for 0, and for what is gone. */
const void *call_beside(const struct tsk_call *call, unsigned number);
/* To be called before the arena is rewound to that mark, and at the end. */
void call_beside_rewind(struct tsk_call *call, struct tsk_mark mark);
void call_beside_release(struct tsk_call *call);

/* Has end(what) called when the call is released. */
void call_at_end(struct tsk_call *call, void (*end)(void *what), void *what);

#endif
