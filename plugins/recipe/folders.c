/* Where recipes lie: the project's folder, the user's, and those that came with the program. */
#include "recipe.h"

#include <temporal-skill/process.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX       ".ini"

/* More recipes than anyone looks through. */
#define MOST_RECIPES 1000

static int is_recipe_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > strlen(SUFFIX) &&
	       !strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX);
}

static const char *name_of(struct tsk_call *call, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	size_t length = strlen(base);

	if (length > strlen(SUFFIX) && !strcmp(base + length - strlen(SUFFIX), SUFFIX))
		length -= strlen(SUFFIX);
	return tsk_copy_bytes(call, base, length);
}

static const char *user_folder(struct tsk_call *call)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config && *config == '/')
		return tsk_format(call, "%s/temporal-skill/recipes", config);
	if (home && *home == '/')
		return tsk_format(call, "%s/.config/temporal-skill/recipes", home);
	return NULL;
}

static void each_in(struct tsk_call *call, const char *folder, const char *origin,
		    recipe_taker *take, void *what)
{
	struct dirent **entries = NULL;
	int count = folder ? scandir(folder, &entries, is_recipe_file, alphasort) : 0;

	for (int i = 0; i < count; i++) {
		if (i < MOST_RECIPES)
			take(what, name_of(call, entries[i]->d_name),
			     tsk_format(call, "%s/%s", folder, entries[i]->d_name), origin);
		free(entries[i]);
	}
	free(entries);
}

enum tsk_status recipe_each(struct tsk_call *call, recipe_taker *take, void *what)
{
	const char *project = tsk_format(call, "%s/.temporal-skill/recipes",
					 tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	const char *skills = tsk_skills_dir(call);

	each_in(call, project, "project", take, what);
	each_in(call, user_folder(call), "user", take, what);
	if (!skills)
		return tsk_error(call);
	each_in(call, tsk_format(call, "%s/recipes", skills), "shipped", take, what);
	return TSK_OK;
}

struct search {
	struct tsk_call *call;
	const char *wanted;
	struct recipe *found;
	const char *names[MOST_RECIPES + 1];
	size_t count;
};

static void look_at(void *what, const char *name, const char *path, const char *origin)
{
	struct search *search = what;

	if (!search->found && !strcmp(name, search->wanted))
		search->found = recipe_read(search->call, name, path, origin);
	if (search->count < MOST_RECIPES)
		search->names[search->count++] = name;
}

enum tsk_status recipe_find(struct tsk_call *call, const char *name, struct recipe **recipe)
{
	struct search *search = tsk_alloc(call, sizeof(*search));
	struct stat status;

	search->call = call;
	search->wanted = name;
	if (strchr(name, '/')) {
		if (stat(name, &status))
			return tsk_path_status(errno, TSK_NOT_FOUND) == TSK_NOT_FOUND
				       ? tsk_fail(call, TSK_NOT_FOUND, "no recipe file '%s'", name)
				       : tsk_fail(call, tsk_path_status(errno, TSK_NOT_FOUND),
						  "cannot look at '%s': %s", name, strerror(errno));
		*recipe = recipe_read(call, name_of(call, name), name, "file");
		return TSK_OK;
	}
	if (recipe_each(call, look_at, search))
		return tsk_error(call);
	*recipe = search->found;
	if (*recipe)
		return TSK_OK;
	const char *nearest = tsk_nearest(name, search->names);
	tsk_hint(call, "temporal-skill list-recipes");
	return tsk_fail(call, TSK_NOT_FOUND, "no recipe '%s'%s%s%s", name,
			nearest ? "; did you mean '" : "", nearest ? nearest : "",
			nearest ? "'?" : "");
}
