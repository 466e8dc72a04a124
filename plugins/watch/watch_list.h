/* Which files of a project are watched: its sources, pyproject.toml, the .env beside it, and what
 * [watch] of temporal-skill.ini names.
 *
 * [watch]   files = GLOB …   (blank-separated, quoted where a name has blanks; any number of lines)
 *           files = !GLOB …  (not these; the last that fits a file decides)
 */
#ifndef WATCH_WATCH_LIST_H
#define WATCH_WATCH_LIST_H

#include "glob.h"

#define WATCH_GLOBS_MOST 100

struct watch_list {
	struct {
		struct glob glob;
		const char *text;
		bool negated, found; /* whether a file has matched yet */
	} globs[WATCH_GLOBS_MOST];
	size_t count;
};

/* TSK_USAGE, "FILE:LINE: …", on what it does not understand. */
enum tsk_status watch_list_read(struct tsk_call *call, struct watch_list *list);

/* Whether the file of that path, relative to the project, is watched. */
bool watch_list_counts(struct watch_list *list, const char *path);

/* Whether the folder may hold, or have below it, a file that is. */
bool watch_list_enters(const struct watch_list *list, const char *folder);

/* Notes the globs that no file has matched yet: they may be misspelt. */
void watch_list_note_idle(struct tsk_call *call, const struct watch_list *list);

#endif
