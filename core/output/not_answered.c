/* What was not answered, at the end of a command's answer: counted by kind and reason. */
#include "output.h"

#include "call/unanswered.h"

#include <temporal-skill/text.h>

#include <string.h>

/* Those of one kind that have one reason, counted by what they are about. */
struct group {
	const struct unanswered_question *first;
	size_t count;
};

static bool is_of(const struct group *group, const struct unanswered_question *kept)
{
	return group->first->words == kept->words &&
	       strcmp(group->first->reason, kept->reason) == 0;
}

static bool is_counted(const struct unanswered *unanswered, size_t at)
{
	const struct unanswered_question *kept = &unanswered->items[at];

	for (size_t i = 0; i < at; i++)
		if (unanswered->items[i].words == kept->words &&
		    strcmp(unanswered->items[i].reason, kept->reason) == 0 &&
		    strcmp(unanswered->items[i].about, kept->about) == 0)
			return true;
	return false;
}

static struct group *groups_of(struct tsk_call *call, size_t *count)
{
	const struct unanswered *unanswered = call->unanswered;
	struct group *groups;

	*count = 0;
	if (!unanswered || !unanswered->count)
		return NULL;
	groups = tsk_alloc(call, unanswered->count * sizeof(*groups));
	for (size_t i = 0; i < unanswered->count; i++) {
		size_t at = 0;

		if (is_counted(unanswered, i))
			continue;
		while (at < *count && !is_of(&groups[at], &unanswered->items[i]))
			at++;
		if (at == *count)
			groups[(*count)++].first = &unanswered->items[i];
		groups[at].count++;
	}
	return groups;
}

/* The words have one place for a name, or for a number. */
static const char *filled(struct tsk_call *call, const char *words, const char *name)
{
	const char *place = strchr(words, '*');

	return place ? tsk_format(call, "%.*s%s%s", (int)(place - words), words, name, place + 1)
		     : words;
}

static const char *about_text(struct tsk_call *call, const struct group *group)
{
	const struct question_words *words = group->first->words;

	if (group->count > 1 && words->many)
		return filled(call, words->many, tsk_format(call, "%zu", group->count));
	return filled(call, words->one, tsk_format(call, "'%s'", group->first->about));
}

void unanswered_say(struct tsk_call *call)
{
	size_t count;
	const struct group *groups = groups_of(call, &count);
	cJSON *list = count ? tsk_set_list(call->result, "not_answered") : NULL;

	for (size_t i = 0; i < count; i++) {
		cJSON *row = tsk_append_object(list);

		tsk_set(row, "question", groups[i].first->method);
		tsk_set(row, "about", about_text(call, &groups[i]));
		tsk_set(row, "reason", groups[i].first->reason);
		tsk_set_number(row, "count", (int64_t)groups[i].count);
	}
}

const char *unanswered_text(struct tsk_call *call)
{
	size_t count;
	const struct group *groups = groups_of(call, &count);
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < count; i++)
		tsk_text_join(&text, "; ", "%s (%s)", about_text(call, &groups[i]),
			      groups[i].first->reason);
	return count ? tsk_format(call, "not answered: %s", tsk_text_value(&text)) : NULL;
}
