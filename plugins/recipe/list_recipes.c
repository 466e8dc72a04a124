/* list-recipes: which recipes there are, and where each comes from. */
#include "recipe.h"

#include <string.h>

struct listing {
	struct tsk_call *call;
	cJSON *rows;
	size_t count, bad;
};

/* The nearest of a name comes first; the others are what it stands in front of. */
static cJSON *row_named(const struct listing *listing, const char *name)
{
	for (cJSON *row = listing->rows->child; row; row = row->next)
		if (!strcmp(cJSON_GetObjectItemCaseSensitive(row, "name")->valuestring, name))
			return row;
	return NULL;
}

static void add_recipe(void *what, const char *name, const char *path, const char *origin)
{
	struct listing *listing = what;
	cJSON *row = row_named(listing, name);

	if (row) {
		tsk_set(row, "instead_of", path);
		return;
	}
	struct recipe *recipe = recipe_read(listing->call, name, path, origin);
	struct recipe_values *values = tsk_alloc(listing->call, sizeof(*values));
	recipe_check(recipe, values, false);
	row = tsk_append_object(listing->rows);
	tsk_set(row, "name", name);
	tsk_set(row, "origin", origin);
	tsk_set(row, "summary", recipe->summary);
	cJSON *parameters = tsk_set_list(row, "parameters");
	for (size_t i = 0; i < recipe->parameter_count; i++)
		tsk_append_format(parameters, "%s%s", recipe->parameters[i].name,
				  recipe->parameters[i].required ? "!" : "");
	tsk_set_number(row, "steps", (int64_t)recipe->step_count);
	tsk_set(row, "path", path);
	if (recipe->problem_count)
		tsk_set(row, "problem", recipe->problems[0]);
	listing->count++;
	listing->bad += recipe->problem_count != 0;
}

static enum tsk_status list_recipes(struct tsk_call *call, const void *given)
{
	struct listing listing = { .call = call };

	(void)given;
	listing.rows = tsk_set_list(tsk_result(call), "recipes");
	if (recipe_each(call, add_recipe, &listing))
		return tsk_error(call);
	if (listing.bad)
		tsk_verdict(call, "problems", "%zu recipes, %zu of them with problems",
			    listing.count, listing.bad);
	else
		tsk_verdict(call, "ok", "%zu recipes", listing.count);
	if (listing.count)
		tsk_next(
			call, "temporal-skill show-recipe %s",
			cJSON_GetObjectItemCaseSensitive(listing.rows->child, "name")->valuestring);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "recipes", .label = "", .columns = "name origin parameters summary problem" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill list-recipes", NULL };

const struct tsk_command list_recipes_command = {
	.name = "list-recipes",
	.summary = "list the recipes: the project's, yours, and those that came with the program",
	.details = "! marks a parameter that is required. Recipes are INI files in "
		   "PROJECT/.temporal-skill/recipes,\n$XDG_CONFIG_HOME/temporal-skill/recipes and "
		   "the program's own folder; of equal names the first of\nthese is taken.",
	.examples = examples,
	.views = views,
	.rows = "recipes",
	.run = list_recipes,
};
