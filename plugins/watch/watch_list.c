/* The files that are watched, as [watch] of temporal-skill.ini has them. */
#include "watch_list.h"

#include <temporal-skill/text.h>

#include <string.h>

/* ---- reading ---- */

static enum tsk_status bad(struct tsk_call *call, const struct tsk_ini_entry *entry,
			   const char *what)
{
	return tsk_fail(call, TSK_USAGE, "%s:%d: %s", entry->file, entry->line, what);
}

static enum tsk_status take_glob(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct watch_list *list, const char *word)
{
	const bool negated = *word == '!';
	const char *problem;

	if (list->count == WATCH_GLOBS_MOST)
		return bad(call, entry, tsk_format(call, "more than %d globs", WATCH_GLOBS_MOST));
	problem = glob_read(word + negated, &list->globs[list->count].glob);
	if (problem)
		return bad(call, entry, tsk_format(call, "bad glob '%s': %s", word, problem));
	list->globs[list->count].text = word;
	list->globs[list->count].found = false;
	list->globs[list->count++].negated = negated;
	return TSK_OK;
}

static enum tsk_status take_line(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct watch_list *list)
{
	struct tsk_strings words;

	if (strcmp(entry->key, "files") != 0)
		return bad(
			call, entry,
			tsk_format(call, "unknown key '%s' in [watch]; it has: files", entry->key));
	if (!entry->value[strspn(entry->value, " \t")])
		return bad(call, entry, "'files' has no glob");
	if (tsk_split_words(call, "files", entry->value, &words)) {
		const char *why = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
		return bad(call, entry, why);
	}
	for (size_t i = 0; i < words.count; i++)
		if (take_glob(call, entry, list, words.items[i]))
			return tsk_error(call);
	return TSK_OK;
}

enum tsk_status watch_list_read(struct tsk_call *call, struct watch_list *list)
{
	size_t count = 0;
	const struct tsk_ini_entry *entries = tsk_ini_entries(call, "watch", &count);

	list->count = 0;
	for (size_t i = 0; i < count; i++)
		if (take_line(call, &entries[i], list))
			return tsk_error(call);
	return TSK_OK;
}

void watch_list_note_idle(struct tsk_call *call, const struct watch_list *list)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < list->count; i++)
		if (!list->globs[i].negated && !list->globs[i].found)
			tsk_text_join(&text, ", ", "'%s'", list->globs[i].text);
	if (text.size)
		tsk_note(call, "no file matches %s of [watch] yet", tsk_text_value(&text));
}

/* ---- asking ---- */

/* Whether all of the folders may hold sources; size: of their path, without a last '/'. */
static bool in_sources(const char *path, size_t size)
{
	char name[256];
	size_t at = 0;

	/* A neighbour's sources, which the worker loads, lie beside the project. */
	while (strncmp(path + at, "../", strlen("../")) == 0)
		at += strlen("../");
	while (at < size) {
		size_t length = strcspn(path + at, "/");
		if (length > size - at)
			length = size - at;
		if (length >= sizeof(name))
			return false;
		memcpy(name, path + at, length);
		name[length] = '\0';
		if (!tsk_holds_sources(name))
			return false;
		at += length + 1;
	}
	return true;
}

/* What a worker is made of and run with, where nothing is said of it. */
static bool counts_of_itself(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (!slash && !strcmp(name, ".env"))
		return true;
	return (!strcmp(name, "pyproject.toml") || tsk_is_source(name)) &&
	       in_sources(path, slash ? (size_t)(slash - path) : 0);
}

bool watch_list_counts(struct watch_list *list, const char *path)
{
	bool counts = counts_of_itself(path);

	for (size_t i = 0; i < list->count; i++) {
		if (!glob_matches(&list->globs[i].glob, path))
			continue;
		list->globs[i].found = true;
		counts = !list->globs[i].negated;
	}
	return counts;
}

bool watch_list_enters(const struct watch_list *list, const char *folder)
{
	bool enters = in_sources(folder, strlen(folder));

	for (size_t i = 0; i < list->count; i++) {
		const struct glob *glob = &list->globs[i].glob;
		if (list->globs[i].negated ? glob_takes_all(glob, folder)
					   : glob_reaches(glob, folder))
			enters = !list->globs[i].negated;
	}
	return enters;
}
