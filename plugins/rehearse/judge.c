/* The runs that break, by what they break of. */
#include "rehearsal.h"

#include <stdlib.h>
#include <string.h>

static bool breaks_alike(const struct rehearsed *one, const struct rehearsed *other)
{
	const struct replay *a = &one->now, *b = &other->now;

	return !strcmp(one->type, other->type) && !strcmp(a->reason, b->reason) &&
	       !strcmp(a->expected, b->expected) && !strcmp(a->got, b->got) &&
	       !strcmp(a->place, b->place) && !strcmp(a->error, b->error) &&
	       /* Where both are told, the message has event ids that differ from run to run. */
	       (*a->place || *a->expected || !strcmp(a->message, b->message));
}

static void add_broken(struct tsk_call *call, struct judgement *judgement,
		       const struct rehearsed *run)
{
	struct breakage *found = NULL;

	for (size_t i = 0; i < judgement->count && !found; i++)
		if (breaks_alike(judgement->items[i].first, run))
			found = &judgement->items[i];
	if (!found) {
		found = &judgement->items[judgement->count++];
		*found = (struct breakage){ .first = run, .ids = { .call = call } };
	}
	found->count++;
	found->mended_by_patch += run->then.fate == FATE_FITS;
	tsk_lines_push(&found->ids, run->workflow_id);
}

static int by_count(const void *one, const void *other)
{
	const struct breakage *a = one, *b = other;

	return a->count < b->count ? 1 : -(a->count > b->count);
}

void judge(const struct chosen *chosen, struct judgement *judgement)
{
	struct tsk_call *call = chosen->call;

	*judgement = (struct judgement){
		.items = tsk_alloc(call, (chosen->count + 1) * sizeof(*judgement->items)),
		.past_ids = { .call = call },
		.still_stuck_ids = { .call = call },
		.new_way_ids = { .call = call },
	};
	for (size_t i = 0; i < chosen->count; i++) {
		const struct rehearsed *run = &chosen->items[i];
		judgement->fit += run->now.fate == FATE_FITS;
		judgement->broken += run->now.fate == FATE_BREAKS;
		judgement->not_had += run->now.fate == FATE_NOT_HAD;
		judgement->unanswered += run->now.fate == FATE_WAITS;
		if (run->now.fate == FATE_BREAKS)
			add_broken(call, judgement, run);
		judgement->compared |= run->then.fate != FATE_WAITS && !run->problem;
		if (run->now.fate == FATE_FITS && run->then.fate == FATE_BREAKS) {
			judgement->went_the_new_way++;
			tsk_lines_push(&judgement->new_way_ids, run->workflow_id);
		}
		if (!run->stuck)
			continue;
		judgement->stuck++;
		if (run->now.fate == FATE_FITS && run->now.live) {
			judgement->past++;
			tsk_lines_push(&judgement->past_ids, run->workflow_id);
		} else if (run->now.fate == FATE_BREAKS) {
			tsk_lines_push(&judgement->still_stuck_ids, run->workflow_id);
		}
	}
	qsort(judgement->items, judgement->count, sizeof(*judgement->items), by_count);
}
