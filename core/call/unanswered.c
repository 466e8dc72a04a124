/* Questions that the server did not answer: which are kept. */
#include "unanswered.h"

#include <temporal-skill/client.h>

#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *text)
{
	char *copy = strdup(text ? text : "");

	if (!copy)
		out_of_memory();
	return copy;
}

static void let_go(void *what)
{
	struct unanswered *unanswered = what;

	for (size_t i = 0; i < unanswered->count; i++) {
		free(unanswered->items[i].about);
		free(unanswered->items[i].part);
	}
	free(unanswered->items);
	free(unanswered);
}

static struct unanswered *unanswered_of(struct tsk_call *call)
{
	if (call->unanswered)
		return call->unanswered;
	call->unanswered = calloc(1, sizeof(*call->unanswered));
	if (!call->unanswered)
		out_of_memory();
	call_at_end(call, let_go, call->unanswered);
	return call->unanswered;
}

static bool is_same(const struct unanswered_question *kept, const struct question *question)
{
	return kept->words == question->words && strcmp(kept->about, question->about) == 0 &&
	       strcmp(kept->part, question->part) == 0;
}

void unanswered_drop(struct tsk_call *call, const struct question *question)
{
	struct unanswered *unanswered = call->unanswered;
	size_t left = 0;

	for (size_t i = 0; unanswered && i < unanswered->count; i++) {
		if (is_same(&unanswered->items[i], question)) {
			free(unanswered->items[i].about);
			free(unanswered->items[i].part);
			continue;
		}
		unanswered->items[left++] = unanswered->items[i];
	}
	if (unanswered)
		unanswered->count = left;
}

void unanswered_add(struct tsk_call *call, const struct question *question, const char *reason,
		    enum tsk_status status)
{
	struct unanswered *unanswered = unanswered_of(call);

	for (size_t i = 0; i < unanswered->count; i++)
		if (is_same(&unanswered->items[i], question)) {
			unanswered->items[i].reason = reason;
			unanswered->items[i].status = status;
			return;
		}
	if (unanswered->count == unanswered->room) {
		size_t room = unanswered->room ? 2 * unanswered->room : 16;
		struct unanswered_question *grown =
			realloc(unanswered->items, room * sizeof(*grown));

		if (!grown)
			out_of_memory();
		unanswered->items = grown;
		unanswered->room = room;
	}
	unanswered->items[unanswered->count++] =
		(struct unanswered_question){ .method = question->method,
					      .reason = reason,
					      .words = question->words,
					      .about = copy_of(question->about),
					      .part = copy_of(question->part),
					      .status = status };
}

void unanswered_take(struct tsk_call *call, const struct tsk_call *inner)
{
	const struct unanswered *from = inner->unanswered;

	for (size_t i = 0; from && i < from->count; i++) {
		const struct unanswered_question *kept = &from->items[i];
		const struct question question = { kept->method, kept->words, kept->about,
						   kept->part };

		unanswered_add(call, &question, kept->reason, kept->status);
	}
}

/* ---- what others ask of it ---- */

const char *tsk_unanswered_reason(const struct tsk_call *call, const char *method,
				  const char *about)
{
	const struct unanswered *unanswered = call->unanswered;

	for (size_t i = 0; unanswered && i < unanswered->count; i++)
		if (strcmp(unanswered->items[i].method, method) == 0 &&
		    (!about || strcmp(unanswered->items[i].about, about) == 0))
			return unanswered->items[i].reason;
	return NULL;
}

/* What a person must change comes before what may be different in a minute. */
static int weight_of(enum tsk_status status)
{
	return status == TSK_DENIED ? 3 : status == TSK_UNAVAILABLE ? 2 : status == TSK_OK ? 0 : 1;
}

enum tsk_status tsk_unanswered(const struct tsk_call *call)
{
	const struct unanswered *unanswered = call->unanswered;
	enum tsk_status status = TSK_OK;

	for (size_t i = 0; unanswered && i < unanswered->count; i++)
		if (weight_of(unanswered->items[i].status) > weight_of(status))
			status = unanswered->items[i].status;
	return status;
}
