/* Questions that the server did not answer: refused, or lost.
 *
 * Whoever asks goes on without an answer where it can; that it did is kept here and said at the
 * end, by every command alike. What is answered later is no longer in it. The texts are copied; a
 * rewind does not touch them, since what is not known is not known by others either. */
#ifndef CORE_CALL_UNANSWERED_H
#define CORE_CALL_UNANSWERED_H

#include "call.h"

/* What kind of question, in words. */
struct question_words {
	/* The star is for what it is about: "the history of *"; or there is none. */
	const char *one;
	/* ... and for how many: "the histories of * workflows"; NULL: they are not counted. */
	const char *many;
};

struct question {
	const char *method; /* as the server calls it: "DescribeTaskQueue" */
	const struct question_words *words;
	const char *about; /* "order-17", or "" */
	const char *part;  /* what tells it apart from others about the same, or "" */
};

/* reason: a word or two ("denied"), which must outlive the call; status: what a command ends with
 * that cannot do without. */
void unanswered_add(struct tsk_call *call, const struct question *question, const char *reason,
		    enum tsk_status status);
void unanswered_drop(struct tsk_call *call, const struct question *question);

/* Those of an inner call. */
void unanswered_take(struct tsk_call *call, const struct tsk_call *inner);

/* One that is kept. */
struct unanswered_question {
	const char *method, *reason;
	const struct question_words *words;
	char *about, *part;
	enum tsk_status status;
};

/* Those of a call; call->unanswered is NULL where there never was any. */
struct unanswered {
	struct unanswered_question *items;
	size_t count, room;
};

#endif
