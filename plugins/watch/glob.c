/* Matching paths against patterns of file names: part by part, without recursion within a name, so
 * that no pattern takes long. */
#include "glob.h"

#include <string.h>

/* ---- one name ---- */

/* A character of UTF-8, or a byte that is none. */
static unsigned long take(const char **at, const char *end)
{
	const unsigned char *byte = (const unsigned char *)(*at)++;
	unsigned long character = *byte;
	int more = *byte >= 0xF0 ? 3 : *byte >= 0xE0 ? 2 : *byte >= 0xC0 ? 1 : 0;

	for (int i = 0; i < more && *at < end && ((unsigned char)**at & 0xC0) == 0x80; i++)
		character = character << 8 | (unsigned char)*(*at)++;
	return character;
}

static unsigned long take_escaped(const char **at, const char *end)
{
	if (**at == '\\' && *at + 1 < end)
		(*at)++;
	return take(at, end);
}

/* Behind the `]` of the class that begins at `[`; NULL: it has none. */
static const char *class_end(const char *at, const char *end)
{
	at++;
	if (at < end && (*at == '!' || *at == '^'))
		at++;
	/* A first `]` is one of the characters. */
	for (const char *first = at; at < end; at++) {
		if (*at == ']' && at > first)
			return at + 1;
		if (*at == '\\' && at + 1 < end)
			at++;
	}
	return NULL;
}

static bool class_has(const char *at, const char *end, unsigned long character)
{
	bool negated = at[1] == '!' || at[1] == '^', found = false;

	at += 1 + negated;
	while (at < end - 1) {
		unsigned long first = take_escaped(&at, end - 1), last = first;
		if (at + 1 < end - 1 && *at == '-') {
			at++;
			last = take_escaped(&at, end - 1);
		}
		found |= first <= character && character <= last;
	}
	return found != negated;
}

/* Whether the next sign of the pattern fits the next character; both move on. */
static bool fits_one(const char **sign, const char *end, const char **name, const char *name_end)
{
	const char *begin = *sign;
	unsigned long character;

	if (begin == end || *name == name_end)
		return false;
	character = take(name, name_end);
	if (*begin == '?') {
		(*sign)++;
		return true;
	}
	if (*begin == '[') {
		*sign = class_end(begin, end);
		return class_has(begin, *sign, character);
	}
	return take_escaped(sign, end) == character;
}

static bool fits_signs(const char *sign, const char *end, const char *name, const char *name_end)
{
	const char *star = NULL, *begun = NULL;

	while (name < name_end) {
		const char *next_sign = sign, *next = name;
		if (sign < end && *sign == '*') {
			star = ++sign;
			begun = name;
			continue;
		}
		if (fits_one(&next_sign, end, &next, name_end)) {
			sign = next_sign;
			name = next;
			continue;
		}
		if (!star)
			return false;
		/* What the last `*` stands for is one character longer. */
		take(&begun, name_end);
		name = begun;
		sign = star;
	}
	while (sign < end && *sign == '*')
		sign++;
	return sign == end;
}

/* ---- paths ---- */

struct path {
	struct {
		const char *text;
		size_t size;
	} names[GLOB_PARTS_MOST];
	size_t count;
};

/* false: it is deeper than anything that is looked at. */
static bool split(const char *text, struct path *path)
{
	path->count = 0;
	while (*text) {
		size_t size = strcspn(text, "/");
		if (path->count == GLOB_PARTS_MOST)
			return false;
		path->names[path->count].text = text;
		path->names[path->count++].size = size;
		text += size + (text[size] == '/');
	}
	return true;
}

static bool holds_sources(const struct path *path, size_t at)
{
	char name[256];
	size_t size = path->names[at].size;

	if (size >= sizeof(name))
		return false;
	memcpy(name, path->names[at].text, size);
	name[size] = '\0';
	return tsk_holds_sources(name);
}

/* What editors leave beside a file that they write. */
static bool is_backup(const struct path *path, size_t at)
{
	return path->names[at].text[path->names[at].size - 1] == '~';
}

enum question { FILE_MATCHES, SOME_BELOW, ALL_BELOW };

/* Whether `**` passes over the name at that place. */
static bool is_passed(const struct path *path, size_t at, enum question question)
{
	if (question == FILE_MATCHES && at + 1 == path->count)
		return *path->names[at].text != '.' && !is_backup(path, at);
	return holds_sources(path, at);
}

static bool all_passed(const struct path *path, size_t at, enum question question)
{
	for (; at < path->count; at++)
		if (!is_passed(path, at, question))
			return false;
	return true;
}

static bool name_fits(const struct glob *glob, size_t part, const struct path *path, size_t at,
		      enum question question)
{
	const char *text = glob->parts[part].text, *end = text + glob->parts[part].size;
	const char *name = path->names[at].text;
	bool is_file = question == FILE_MATCHES && at + 1 == path->count;

	if (!fits_signs(text, end, name, name + path->names[at].size))
		return false;
	if (glob->parts[part].plain || (*name == '.' && *text == '.'))
		return true;
	if (*name == '.')
		return false;
	return is_file ? !is_backup(path, at) || end[-1] == '~' : holds_sources(path, at);
}

static bool ends_plain(const struct glob *glob)
{
	return glob->parts[glob->count - 1].plain;
}

static bool matches_from(const struct glob *glob, size_t part, const struct path *path, size_t at,
			 enum question question)
{
	bool last = part + 1 == glob->count;

	if (at == path->count) {
		switch (question) {
		case FILE_MATCHES: return part == glob->count;
		case SOME_BELOW: return part < glob->count || ends_plain(glob);
		case ALL_BELOW:
		default:
			return part == glob->count ? ends_plain(glob)
						   : last && glob->parts[part].any_folders;
		}
	}
	if (part == glob->count)
		return ends_plain(glob) && all_passed(path, at, question);
	if (!glob->parts[part].any_folders)
		return name_fits(glob, part, path, at, question) &&
		       matches_from(glob, part + 1, path, at + 1, question);
	if (last)
		return all_passed(path, at, question);
	return matches_from(glob, part + 1, path, at, question) ||
	       (is_passed(path, at, question) && matches_from(glob, part, path, at + 1, question));
}

static bool asks(const struct glob *glob, const char *text, enum question question)
{
	struct path path;

	return split(text, &path) && path.count && matches_from(glob, 0, &path, 0, question);
}

bool glob_matches(const struct glob *glob, const char *path)
{
	return asks(glob, path, FILE_MATCHES);
}

bool glob_reaches(const struct glob *glob, const char *folder)
{
	return asks(glob, folder, SOME_BELOW);
}

bool glob_takes_all(const struct glob *glob, const char *folder)
{
	return asks(glob, folder, ALL_BELOW);
}

/* ---- reading ---- */

static const char *problem_of(const char *text, size_t size)
{
	const char *end = text + size;

	if (!size)
		return "it has an empty name";
	if (size == 2 && !strncmp(text, "..", 2))
		return "it leads out of the project";
	if (size == 1 && *text == '.')
		return "'.' names no file; '**' is all that are there";
	for (const char *at = text; at < end; at++) {
		if (*at == '\\' && ++at == end)
			return "it ends in a '\\'";
		if (at[0] == '*' && at + 1 < end && at[1] == '*' && size != 2)
			return "'**' stands for folders, and alone between two '/'";
		if (*at == '[') {
			const char *after = class_end(at, end);
			if (!after)
				return "its '[' is not closed";
			at = after - 1;
		}
	}
	return NULL;
}

static bool add(struct glob *glob, const char *text, size_t size)
{
	bool plain = true, any_folders = size == 2 && !strncmp(text, "**", 2);

	/* A second one right behind the first would only be tried in vain, again and again. */
	if (any_folders && glob->count && glob->parts[glob->count - 1].any_folders)
		return true;
	for (size_t i = 0; i < size; i++)
		plain &= !strchr("*?[\\", text[i]);
	if (glob->count == GLOB_PARTS_MOST)
		return false;
	glob->parts[glob->count].text = text;
	glob->parts[glob->count].size = size;
	glob->parts[glob->count].any_folders = any_folders;
	glob->parts[glob->count++].plain = plain;
	return true;
}

const char *glob_read(const char *text, struct glob *glob)
{
	static const char too_deep[] = "it has too many folders";

	glob->count = 0;
	if (*text == '/' || !strncmp(text, "~/", 2))
		return "it is not relative to the project";
	while (!strncmp(text, "./", 2))
		text += 2;
	do {
		size_t size = strcspn(text, "/");
		const char *problem = problem_of(text, size);
		if (problem)
			return problem;
		if (!add(glob, text, size))
			return too_deep;
		text += size;
		/* "prompts/": all that is in it. */
		if (!strcmp(text, "/"))
			return add(glob, "**", 2) ? NULL : too_deep;
	} while (*text++ == '/');
	return NULL;
}
