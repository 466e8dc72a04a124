/* Patterns of file names, relative to the project: `*` and `?` within a name, `[a-z]`, `[!a-z]`,
 * `**` for any folders, `\` before a character that is meant as it is.
 *
 * As in a shell `*`, `?` and `**` pass over hidden names; they also pass over the folders that hold
 * no sources (tests, build, environments) unless the pattern names these. A pattern that ends in a
 * plain name takes, where that is a folder, all that is in it. */
#ifndef WATCH_GLOB_H
#define WATCH_GLOB_H

#include <temporal-skill/sources.h>

/* A path that names more folders is deeper than anything that is watched. */
#define GLOB_PARTS_MOST 32

struct glob {
	struct {
		const char *text;
		size_t size;
		bool any_folders, plain; /* it is `**`; it is a name without any sign */
	} parts[GLOB_PARTS_MOST];
	size_t count;
};

/* Takes a pattern apart; its text must live as long. The problem in words, NULL: it is fine. */
const char *glob_read(const char *text, struct glob *glob);

/* Whether the file of that path matches. */
bool glob_matches(const struct glob *glob, const char *path);

/* Whether a file in that folder, or below it, may match; and whether all of them do. */
bool glob_reaches(const struct glob *glob, const char *folder);
bool glob_takes_all(const struct glob *glob, const char *folder);

#endif
