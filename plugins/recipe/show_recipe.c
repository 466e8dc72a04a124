/* show-recipe: what a recipe does, what it takes, and what is wrong with it. */
#include "recipe.h"

#include <string.h>

struct show_options {
	const char *name;
};

static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct show_options, name),
	  .argument = "NAME",
	  .help = "the recipe, or the path of its file",
	  .required = true,
	  .positional = true },
	{ 0 },
};

static void say_parameters(const struct recipe *recipe, cJSON *rows)
{
	static const char *const types[] = { [RECIPE_TEXT] = "text",
					     [RECIPE_WORDS] = "words",
					     [RECIPE_INTEGER] = "integer",
					     [RECIPE_DURATION] = "duration",
					     [RECIPE_JSON] = "json" };

	for (size_t i = 0; i < recipe->parameter_count; i++) {
		const struct recipe_parameter *parameter = &recipe->parameters[i];
		cJSON *row = tsk_append_object(rows);
		tsk_set(row, "name", parameter->name);
		tsk_set(row, "type", types[parameter->type]);
		tsk_set_bool(row, "required", parameter->required);
		tsk_set(row, "default", parameter->required ? NULL : parameter->fallback);
		cJSON *choices = tsk_set_list(row, "choices");
		for (size_t j = 0; j < parameter->choices.count; j++)
			tsk_append(choices, parameter->choices.items[j]);
		tsk_set(row, "summary", parameter->summary);
	}
}

/* As it stands in the file, with the further words in their place. */
static const char *runs(struct tsk_call *call, const struct recipe_step *step)
{
	struct tsk_text text = { .call = call };

	tsk_text_format(&text, "%s%s", step->is_program ? "" : "temporal-skill ",
			step->what.text ? step->what.text : "");
	for (size_t i = 0; i < step->with_count; i++)
		tsk_text_format(&text, " [%s]", step->with[i].text);
	return tsk_text_value(&text);
}

static void say_steps(const struct recipe *recipe, cJSON *rows)
{
	static const char *const endings[] = {
		[RECIPE_STOP] = "stop", [RECIPE_CONTINUE] = "continue", [RECIPE_RUN] = "run"
	};
	struct tsk_call *call = recipe->call;

	for (size_t i = 0; i < recipe->step_count; i++) {
		const struct recipe_step *step = &recipe->steps[i];
		cJSON *row = tsk_append_object(rows);
		tsk_set(row, "name", step->name);
		tsk_set(row, "kind", recipe_kind_name(step->kind));
		tsk_set(row, "summary", step->summary);
		tsk_set(row, "runs", runs(call, step));
		tsk_set(row, "when", step->when.line ? step->when.text : NULL);
		cJSON *captures = tsk_set_list(row, "captures");
		for (size_t j = 0; j < step->capture_count; j++)
			tsk_append(captures, step->captures[j].name);
		if (step->kind == RECIPE_STEP)
			tsk_set_format(row, "on_failure", "%s%s%s", endings[step->on_failure],
				       step->rescue ? " " : "", step->rescue ? step->rescue : "");
		tsk_set_number(row, "line", step->line);
	}
}

static enum tsk_status show_recipe(struct tsk_call *call, const void *given)
{
	const struct show_options *o = given;
	struct recipe_values *values = tsk_alloc(call, sizeof(*values));
	struct recipe *recipe = NULL;
	cJSON *result = tsk_result(call);
	struct tsk_text needed = { .call = call };

	if (recipe_find(call, o->name, &recipe))
		return tsk_error(call);
	recipe_check(recipe, values, false);
	tsk_set(result, "name", recipe->name);
	tsk_set(result, "summary", recipe->summary);
	tsk_set(result, "details", recipe->details);
	tsk_set(result, "origin", recipe->origin);
	tsk_set(result, "path", recipe->path);
	say_parameters(recipe, tsk_set_list(result, "parameters"));
	say_steps(recipe, tsk_set_list(result, "steps"));
	cJSON *problems = tsk_set_list(result, "problems");
	for (size_t i = 0; i < recipe->problem_count; i++)
		tsk_append(problems, recipe->problems[i]);
	tsk_verdict(call, recipe->problem_count ? "problems" : "ok", "recipe '%s': %s",
		    recipe->name, recipe->summary);
	for (size_t i = 0; i < recipe->parameter_count; i++)
		if (recipe->parameters[i].required)
			tsk_text_format(&needed, " --set %s=VALUE", recipe->parameters[i].name);
	if (!recipe->problem_count)
		tsk_next(call, "temporal-skill run-recipe %s%s", tsk_quote(call, o->name),
			 tsk_text_value(&needed));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "details" },
	{ .path = "path" },
	{ .path = "problems" },
	{ .path = "parameters", .columns = "name type required default choices summary" },
	{ .path = "steps", .columns = "name kind runs when captures on_failure" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill show-recipe clean-start", NULL };

const struct tsk_command show_recipe_command = {
	.name = "show-recipe",
	.summary = "show a recipe: its parameters, its steps, and what is wrong with it",
	.examples = examples,
	.options = options,
	.options_size = sizeof(struct show_options),
	.views = views,
	.rows = "steps",
	.run = show_recipe,
};
