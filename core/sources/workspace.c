/* The members of a workspace: several projects of one repository that share a lock file and an
 * environment, as the pyproject.toml at its root lists them. */
#include "neighbours.h"

#include <temporal-skill/text.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A member is not looked for deeper, whatever the pattern, nor among more folders. */
#define DEEPEST         6
#define FOLDERS_MOST    2000
#define MEMBERS_MOST    200

/* Folders from a member up to the root. */
#define UP_MOST         8

#define WORKSPACE       "tool.uv.workspace"
#define OTHER_WORKSPACE "tool.rye.workspace"

struct patterns {
	struct tsk_lines members, excluded;
	bool is_workspace;
};

struct search {
	struct tsk_call *call;
	struct patterns patterns;
	struct members *members;
	int folders;
};

static const char *read_pyproject(struct tsk_call *call, const char *folder)
{
	return sources_read(call, AT_FDCWD, tsk_format(call, "%s/pyproject.toml", folder),
			    DECLARED_BYTES);
}

/* ---- names ---- */

const char *package_name(struct tsk_call *call, const char *requirement)
{
	size_t size = 0, length = 0;

	while (requirement[size] &&
	       (isalnum((unsigned char)requirement[size]) || strchr("._-", requirement[size])))
		size++;
	char *name = tsk_alloc(call, size + 1);
	for (size_t i = 0; i < size; i++) {
		if (isalnum((unsigned char)requirement[i]))
			name[length++] = (char)tolower((unsigned char)requirement[i]);
		else if (length && name[length - 1] != '-')
			name[length++] = '-';
	}
	return name;
}

static void take_name(void *what, const struct toml_string *string)
{
	const char **name = what;

	if (!strcmp(string->key, "name") && !string->in_list &&
	    (!strcmp(string->section, "project") || !strcmp(string->section, "tool.poetry")) &&
	    !*name)
		*name = string->value;
}

static void add_member(struct search *search, const char *folder)
{
	struct members *members = search->members;
	const char *text = read_pyproject(search->call, folder), *name = NULL;

	for (size_t i = 0; text && i < members->count; i++)
		if (!strcmp(members->items[i].directory, folder))
			return;
	if (!text || members->count == MEMBERS_MOST)
		return;
	toml_strings(search->call, text, take_name, &name);
	if (!name)
		return;
	members->items = tsk_grow(search->call, members->items, members->count, &members->room,
				  sizeof(*members->items));
	members->items[members->count++] =
		(struct member){ package_name(search->call, name), folder };
}

/* ---- patterns ---- */

static bool is_excluded(const struct search *search, const char *folder)
{
	const char *path = folder + strlen(search->members->root);

	path += *path == '/';
	for (size_t i = 0; i < search->patterns.excluded.count; i++)
		if (!fnmatch(search->patterns.excluded.items[i], path, FNM_PATHNAME))
			return true;
	return false;
}

/* The folders that the rest of a pattern leads to, from this one. */
static void expand(struct search *search, const char *folder, const char *rest, int depth)
{
	const size_t size = strcspn(rest, "/");
	const char *part = tsk_copy_bytes(search->call, rest, size);
	const char *more = rest + size + strspn(rest + size, "/");
	const bool any_depth = !strcmp(part, "**");
	struct dirent **entries = NULL;

	if (!*part || depth > DEEPEST) {
		if (!*part && !is_excluded(search, folder))
			add_member(search, folder);
		return;
	}
	if (!strcmp(part, ".") || !strcmp(part, "..")) {
		if (part[1] == '\0')
			expand(search, folder, more, depth);
		return;
	}
	if (any_depth)
		expand(search, folder, more, depth + 1);
	int count = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const struct dirent *entry = entries[i];
		const char *path = tsk_format(search->call, "%s/%s", folder, entry->d_name);

		if (search->folders < FOLDERS_MOST && tsk_holds_sources(entry->d_name) &&
		    (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) &&
		    (any_depth || !fnmatch(part, entry->d_name, FNM_PERIOD))) {
			search->folders++;
			expand(search, path, any_depth ? rest : more, depth + 1);
		}
		free(entries[i]);
	}
	free(entries);
}

static void take_pattern(void *what, const struct toml_string *string)
{
	struct search *search = what;
	const bool in_section =
		!strcmp(string->section, WORKSPACE) || !strcmp(string->section, OTHER_WORKSPACE);

	if (!in_section)
		return;
	if (!strcmp(string->key, "members"))
		tsk_lines_add(&search->patterns.members, "%s", string->value);
	else if (!strcmp(string->key, "exclude"))
		tsk_lines_add(&search->patterns.excluded, "%s", string->value);
}

static bool has_section(const char *text, const char *section)
{
	const char *at = text;

	while ((at = strstr(at, section))) {
		if (at > text && at[-1] == '[' && at[strlen(section)] == ']')
			return true;
		at++;
	}
	return false;
}

/* ---- the whole ---- */

struct members workspace_members(struct tsk_call *call, const char *folder)
{
	struct members members = { .root = NULL };
	struct search search = { .call = call,
				 .members = &members,
				 .patterns = { .members = { .call = call },
					       .excluded = { .call = call } } };
	char *at = tsk_copy(call, folder);
	const char *text = NULL;

	for (int up = 0; up <= UP_MOST; up++) {
		char *slash = strrchr(at, '/');

		text = read_pyproject(call, at);
		if (text && (has_section(text, WORKSPACE) || has_section(text, OTHER_WORKSPACE)))
			break;
		/* A repository's workspace does not go beyond it. */
		text = NULL;
		if (!slash || slash == at || !access(tsk_format(call, "%s/.git", at), F_OK))
			break;
		*slash = '\0';
	}
	if (!text)
		return members;
	members.root = at;
	toml_strings(call, text, take_pattern, &search);
	add_member(&search, at);
	for (size_t i = 0; i < search.patterns.members.count; i++)
		expand(&search, at, search.patterns.members.items[i], 0);
	return members;
}
