/* What a rehearsal came to, in words. */
#include "rehearsal.h"

#include <string.h>

/* Of the ids of a group: in words, and in JSON. */
#define IDS_SHOWN  5
#define IDS_LISTED 50

static void say_ids(cJSON *object, const char *key, const struct tsk_lines *ids)
{
	cJSON *list = tsk_set_list(object, key);

	for (size_t i = 0; i < ids->count && i < IDS_LISTED; i++)
		tsk_append(list, ids->items[i]);
}

static const char *ids_text(struct tsk_call *call, const struct tsk_lines *ids)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < ids->count && i < IDS_SHOWN; i++)
		tsk_text_join(&text, ", ", "%s", ids->items[i]);
	if (ids->count > IDS_SHOWN)
		tsk_text_format(&text, " and %zu more", ids->count - IDS_SHOWN);
	return tsk_text_value(&text);
}

/* ---- why ---- */

static const char *why(struct tsk_call *call, const struct rehearsed *run)
{
	const struct replay *now = &run->now;

	if (!strcmp(now->reason, "unregistered"))
		return tsk_format(call, "no worker of '%s' registers workflow type '%s'",
				  run->task_queue, run->type);
	if (!strcmp(now->reason, "deadlock"))
		return "its task does not get on: the code blocks or never ends";
	if (strcmp(now->reason, "nondeterminism") != 0)
		return tsk_format(call, "%s%s%s", now->error, *now->error ? ": " : "",
				  now->message);
	if (!*now->expected && !*now->got)
		return now->message;
	return tsk_format(
		call, "the history has %s%s, the code %s",
		*now->expected ? now->expected : "nothing more",
		now->event_id ? tsk_format(call, " (event %lld)", (long long)now->event_id) : "",
		*now->got ? tsk_format(call, "asks for %s", now->got) : "does not ask for it");
}

/* ---- what to do ---- */

static const char *remedy_of_change(struct tsk_call *call, const struct judgement *judgement,
				    const struct breakage *broken)
{
	struct tsk_text text = { .call = call };
	const char *code = judgement->of_worker_before
				   ? "the code that the worker before was started with"
				   : "the code that the worker was started with";

	if (judgement->nothing_varies)
		return "no file was changed since the worker was started, and another hash seed, "
		       "clock "
		       "or process makes no difference: other code began these runs (an earlier "
		       "deploy); find it, or reset them";
	if (!judgement->compared)
		return "keep the earlier way for runs that went it, behind workflow.patched('…'), "
		       "or let them end on the earlier code first";
	if (broken->mended_by_patch == broken->count) {
		tsk_text_format(&text, "put the change behind workflow.patched('…'): tried, %s %s",
				broken->count == 1 ? "it fits" : "all of them fit", code);
		if (judgement->went_the_new_way)
			tsk_text_format(&text,
					"; but %zu went the new way already and would break by "
					"that (%s): reset these, or end them",
					judgement->went_the_new_way,
					ids_text(call, &judgement->new_way_ids));
		return tsk_text_value(&text);
	}
	if (broken->mended_by_patch)
		return tsk_format(call,
				  "workflow.patched('…') helps %zu of them, which fit %s; the "
				  "others fit neither: reset them, or end them",
				  broken->mended_by_patch, code);
	return tsk_format(call,
			  "they do not fit %s, either: workflow.patched would not help; find the "
			  "code that they ran on, or reset them",
			  code);
}

static const char *remedy(struct tsk_call *call, const struct judgement *judgement,
			  const struct breakage *broken, const char *varies)
{
	const struct replay *now = &broken->first->now;

	if (!strcmp(now->reason, "unregistered"))
		return tsk_format(call,
				  "register '%s' with the worker of '%s' until its runs have "
				  "ended",
				  broken->first->type, broken->first->task_queue);
	if (!strcmp(now->reason, "nondeterminism"))
		return varies ? tsk_format(call, "no file was changed: the workflow depends on %s",
					   varies)
			      : remedy_of_change(call, judgement, broken);
	return tsk_format(call, "mend %s: nothing is lost, the task is tried again by itself",
			  *now->place ? now->place : "the workflow's code");
}

/* "the history has activity x (event 5), …, at refunds.py:9 in run (r1, r2, r3)". */
static const char *breakage_text(struct tsk_call *call, const struct breakage *broken)
{
	const struct replay *now = &broken->first->now;
	const char *before = now->place_is_before ? ", after " : ", at ";

	return tsk_format(call, "%s%s%s (%s)", why(call, broken->first), *now->place ? before : "",
			  now->place, ids_text(call, &broken->ids));
}

/* ---- the result ---- */

static void say_broken(struct tsk_call *call, const struct judgement *judgement, const char *varies)
{
	cJSON *list = tsk_set_list(tsk_result(call), "breaks");
	cJSON *remedies = tsk_set_list(tsk_result(call), "remedies");
	cJSON *others = judgement->count > 1 ? tsk_set_list(tsk_result(call), "others") : NULL;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct breakage *broken = &judgement->items[i];
		const struct replay *now = &broken->first->now;
		cJSON *row = tsk_append_object(list);
		tsk_set_number(row, "count", (int64_t)broken->count);
		tsk_set(row, "reason", now->reason);
		tsk_set(row, "workflow_type", broken->first->type);
		tsk_set(row, "why", why(call, broken->first));
		if (*now->place)
			tsk_set_format(row, "place", "%s%s", now->place_is_before ? "after " : "",
				       now->place);
		if (now->event_id)
			tsk_set_number(row, "event_id", now->event_id);
		tsk_set(row, "message", now->message);
		say_ids(row, "workflow_ids", &broken->ids);
		const char *mends = remedy(call, judgement, broken, varies);
		tsk_set(row, "remedy", mends);
		tsk_append(remedies, mends);
		if (i)
			tsk_append(others, breakage_text(call, broken));
	}
}

static const char *stuck_text(struct tsk_call *call, const struct judgement *judgement)
{
	const char *still = ids_text(call, &judgement->still_stuck_ids);
	const char *are =
		judgement->stuck == 1 ? "1 is" : tsk_format(call, "%zu are", judgement->stuck);

	if (judgement->past == judgement->stuck)
		return tsk_format(call, "%s stuck now and %s past that place with this code: %s",
				  are, judgement->stuck == 1 ? "gets" : "get",
				  ids_text(call, &judgement->past_ids));
	if (!judgement->past)
		return tsk_format(call, "no: %s stuck now, and stay%s so with this code%s%s", are,
				  judgement->stuck == 1 ? "s" : "", *still ? ": " : "", still);
	return tsk_format(
		call, "of %zu that are stuck now %zu get past that place with this code; not: %s",
		judgement->stuck, judgement->past, still);
}

static void say_stuck(struct tsk_call *call, const struct judgement *judgement)
{
	if (!judgement->stuck)
		return;
	cJSON *stuck = tsk_set_object(tsk_result(call), "stuck");
	tsk_set_number(stuck, "count", (int64_t)judgement->stuck);
	tsk_set_number(stuck, "get_past", (int64_t)judgement->past);
	say_ids(stuck, "workflow_ids",
		judgement->past == judgement->stuck ? &judgement->past_ids
						    : &judgement->still_stuck_ids);
	tsk_set(tsk_result(call), "repaired", stuck_text(call, judgement));
}

static void say_left_out(struct chosen *chosen, const struct stage *stage,
			 const struct judgement *judgement)
{
	struct tsk_call *call = chosen->call;
	struct tsk_lines warnings = { .call = call };

	if (stage->other_namespace)
		tsk_lines_push(&warnings, stage->other_namespace);
	if (chosen->there)
		tsk_lines_add(&warnings, "%lld more were not looked at (--limit, --all)",
			      (long long)chosen->there);
	if (judgement->not_had) {
		const char *problem = "";
		for (size_t i = 0; i < chosen->count; i++)
			if (chosen->items[i].problem)
				problem = chosen->items[i].problem;
		tsk_lines_add(&warnings, "the histories of %zu could not be read: %s",
			      judgement->not_had, problem);
	}
	if (judgement->unanswered)
		tsk_lines_add(&warnings, "%zu were not replayed%s", judgement->unanswered,
			      stage->timed_out ? ": the time was over"
					       : ": no worker of this project took them");
	if (stage->held_back)
		tsk_lines_add(&warnings, "the program's own request %s was not sent",
			      stage->held_back);
	if (warnings.count)
		tsk_set(tsk_result(call), "warning", tsk_lines_text(&warnings, "; "));
}

static const char *subject(struct chosen *chosen, size_t count)
{
	const struct asked *asked = chosen->asked;
	const char *noun = asked->histories.count ? "exported history"
			   : asked->closed || asked->query || asked->workflow_id
				   ? "workflow"
				   : "running workflow";

	if (count != 1 && asked->histories.count)
		return tsk_format(chosen->call, "%zu exported histories", count);
	return tsk_count_text(chosen->call, (int64_t)count, noun);
}

static enum tsk_status headline(struct chosen *chosen, const struct judgement *judgement)
{
	struct tsk_call *call = chosen->call;
	const size_t done = judgement->fit + judgement->broken;
	const char *queues = tsk_lines_text(&chosen->queues, "', '");

	if (judgement->broken) {
		tsk_verdict(call, "breaks", "%zu of %s break%s with the code as it is now: %s",
			    judgement->broken, subject(chosen, done),
			    judgement->broken == 1 ? "s" : "",
			    breakage_text(call, &judgement->items[0]));
		return TSK_NEGATIVE;
	}
	if (!done && (judgement->unanswered || judgement->not_had)) {
		tsk_verdict(call, "not_rehearsed", "none of %s was replayed",
			    subject(chosen, chosen->count));
		return TSK_TIMEOUT;
	}
	if (!done) {
		tsk_verdict(call, "nothing", "no %s of '%s': nothing to rehearse",
			    chosen->asked->closed ? "workflow" : "running workflow", queues);
		return TSK_OK;
	}
	tsk_verdict(call, "fits", "%s fit%s the code as it is now", subject(chosen, done),
		    done == 1 ? "s" : "");
	return TSK_OK;
}

enum tsk_status say_rehearsal(struct chosen *chosen, const struct stage *stage,
			      const struct judgement *judgement, const struct earlier *earlier,
			      const char *varies)
{
	struct tsk_call *call = chosen->call;
	cJSON *result = tsk_result(call);

	tsk_set_number(result, "looked_at", (int64_t)(judgement->fit + judgement->broken));
	tsk_set_number(result, "fit", (int64_t)judgement->fit);
	tsk_set_number(result, "broken", (int64_t)judgement->broken);
	tsk_set_number(result, "not_looked_at",
		       chosen->there + (int64_t)(judgement->not_had + judgement->unanswered));
	if (judgement->count)
		say_broken(call, judgement, varies);
	say_stuck(call, judgement);
	if (earlier->known) {
		cJSON *changed = tsk_set_list(result, "changed_files");
		for (size_t i = 0; i < earlier->changed.count; i++)
			tsk_append(changed, earlier->changed.items[i]);
	}
	say_left_out(chosen, stage, judgement);
	if (judgement->broken)
		tsk_set(result, "log", stage->log);
	else if (!chosen->asked->histories.count && earlier->known && earlier->changed.count)
		tsk_next(call, "temporal-skill ensure-worker");
	return headline(chosen, judgement);
}
