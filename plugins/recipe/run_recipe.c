/* run-recipe: the steps of a recipe, one after the other, and its cleanups whatever happened. */
#include "recipe.h"

#include <string.h>

struct run_options {
	const char *name;
	struct tsk_strings set;
	bool dry_run;
};

#define AT(field) .at = offsetof(struct run_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "the recipe, or the path of its file",
	  .required = true,
	  .positional = true },
	{ .name = "set",
	  .letter = 's',
	  .type = TSK_LIST,
	  AT(set),
	  .argument = "KEY=VALUE",
	  .help = "the value of a parameter; may be repeated" },
	{ .name = "dry-run",
	  .type = TSK_FLAG,
	  .makes_dry_run = true,
	  AT(dry_run),
	  .help = "only say what would be run" },
	{ 0 },
};

/* ---- parameters ---- */

static enum tsk_status set_parameter(struct recipe *recipe, const char *text)
{
	struct tsk_call *call = recipe->call;
	const char *names[RECIPE_MOST_PARAMETERS + 1];
	struct tsk_text all = { .call = call };
	size_t length = strcspn(text, "=");
	const char *name = tsk_copy_bytes(call, text, length);

	if (!text[length])
		return tsk_fail(call, TSK_USAGE, "bad value '%s' of '--set': expected KEY=VALUE",
				text);
	for (size_t i = 0; i < recipe->parameter_count; i++) {
		names[i] = recipe->parameters[i].name;
		tsk_text_join(&all, ", ", "%s", names[i]);
		if (!strcmp(names[i], name)) {
			recipe->parameters[i].given = text + length + 1;
			return TSK_OK;
		}
	}
	names[recipe->parameter_count] = NULL;
	const char *nearest = tsk_nearest(name, names);
	tsk_hint(call, "temporal-skill show-recipe %s", tsk_quote(call, recipe->name));
	if (nearest)
		return tsk_fail(call, TSK_USAGE,
				"recipe '%s' has no parameter '%s'; did you mean '%s'?",
				recipe->name, name, nearest);
	return tsk_fail(call, TSK_USAGE, "recipe '%s' has no parameter '%s'; it has: %s",
			recipe->name, name, all.size ? tsk_text_value(&all) : "none");
}

static enum tsk_status say_problems(struct tsk_call *call, const struct recipe *recipe)
{
	cJSON *list = tsk_set_list(tsk_result(call), "problems");

	for (size_t i = 0; i < recipe->problem_count; i++)
		tsk_append(list, recipe->problems[i]);
	tsk_verdict(call, "bad_recipe", "recipe '%s' cannot run: %zu problem%s, nothing was done",
		    recipe->name, recipe->problem_count, recipe->problem_count == 1 ? "" : "s");
	tsk_hint(call, "temporal-skill show-recipe %s", tsk_quote(call, recipe->name));
	return tsk_fail(call, recipe->unread ? recipe->unread : TSK_USAGE, "%s",
			recipe->problems[0]);
}

/* ---- what would be run ---- */

static enum tsk_status dry_run(struct recipe_run *run)
{
	struct tsk_call *call = run->call;

	for (size_t i = 0; i < run->recipe->step_count; i++) {
		const struct recipe_step *step = &run->recipe->steps[i];
		struct recipe_words words = recipe_fill(&run->values, step);
		cJSON *row = tsk_append_object(run->rows);
		const char *unknown = NULL;
		tsk_set(row, "name", step->name);
		tsk_set(row, "kind", recipe_kind_name(step->kind));
		cJSON *list = tsk_set_list(row, "words");
		for (size_t j = 0; j < words.count; j++)
			tsk_append(list, words.items[j].text);
		tsk_set_format(row, "runs", "%s%s", step->is_program ? "" : "temporal-skill ",
			       recipe_words_text(call, &words));
		if (step->when.line && !recipe_holds(&run->values, &step->when, &unknown))
			tsk_set_format(row, "only", "%s %s", unknown ? "when" : "skipped: not when",
				       step->when.text);
	}
	tsk_verdict(call, "dry_run", "recipe '%s' would run %zu steps; nothing was done",
		    run->recipe->name, run->recipe->step_count);
	return TSK_OK;
}

/* ---- running ---- */

static void note_next(struct recipe_run *run, const struct recipe_outcome *outcome)
{
	run->next = outcome->result ? tsk_json_pointer(run->call, outcome->result, "/next") : NULL;
}

static void count_failure(struct recipe_run *run, const struct recipe_step *step,
			  const struct recipe_outcome *outcome)
{
	if (run->failed++)
		return;
	run->failed_step = step->name;
	run->failed_detail = outcome->detail;
	run->failed_status = outcome->status ? outcome->status : TSK_NEGATIVE;
	note_next(run, outcome);
}

static void count(struct recipe_run *run, const struct recipe_outcome *outcome)
{
	run->skipped += outcome->skipped;
	run->done += !outcome->skipped;
	if (!run->failed && !outcome->skipped)
		note_next(run, outcome);
}

/* Whether the recipe goes on after a step that failed. */
static bool rescued(struct recipe_run *run, const struct recipe_step *step,
		    const struct recipe_outcome *outcome)
{
	if (step->on_failure != RECIPE_RUN || run->interrupted) {
		count_failure(run, step, outcome);
		return step->on_failure == RECIPE_CONTINUE && !run->interrupted;
	}
	const struct recipe_step *rescue =
		recipe_step_named(run->recipe, step->rescue, RECIPE_RESCUE);
	struct recipe_outcome after = recipe_run_step(run, rescue);
	bool mended = after.ok && !rescue->then_stop;
	if (!mended)
		count_failure(run, step, outcome);
	else
		tsk_set(outcome->row, "mended_by", rescue->name);
	count(run, &after);
	if (!after.ok)
		count_failure(run, rescue, &after);
	return mended;
}

static void run_steps(struct recipe_run *run)
{
	for (size_t i = 0; i < run->recipe->step_count; i++) {
		const struct recipe_step *step = &run->recipe->steps[i];
		if (step->kind != RECIPE_STEP)
			continue;
		struct recipe_outcome outcome = recipe_run_step(run, step);
		count(run, &outcome);
		if (tsk_interrupted(run->call))
			run->interrupted = true;
		if (!outcome.ok && !rescued(run, step, &outcome))
			break;
		if (run->interrupted)
			break;
	}
}

static void run_cleanups(struct recipe_run *run)
{
	for (size_t i = 0; i < run->recipe->step_count; i++) {
		const struct recipe_step *step = &run->recipe->steps[i];
		if (step->kind != RECIPE_CLEANUP)
			continue;
		/* Each of them gets its chance: a further interruption ends only the one that runs.
		 */
		tsk_begin_cleanup(run->call);
		tsk_forget_error(run->call);
		const char *next = run->next;
		struct recipe_outcome outcome = recipe_run_step(run, step);
		count(run, &outcome);
		run->next = next;
		if (!outcome.ok)
			count_failure(run, step, &outcome);
	}
	tsk_forget_error(run->call);
}

static void say_next(struct recipe_run *run)
{
	cJSON *next = run->next ? cJSON_Parse(run->next) : NULL;

	for (const cJSON *item = next ? next->child : NULL; item; item = item->next)
		if (cJSON_IsString(item))
			tsk_next(run->call, "%s", item->valuestring);
	cJSON_Delete(next);
}

static enum tsk_status say_verdict(struct recipe_run *run, int64_t began)
{
	struct tsk_call *call = run->call;
	const char *name = run->recipe->name;
	const char *time = tsk_duration_text(call, tsk_now_ms() - began);

	tsk_set_seconds(tsk_result(call), "seconds", tsk_now_ms() - began);
	tsk_set(tsk_result(call), "failed_step", run->failed_step);
	cJSON *values = tsk_set_object(tsk_result(call), "values");
	for (size_t i = 0; i < run->values.count; i++)
		tsk_set(values, run->values.items[i].name, run->values.items[i].text);
	if (run->interrupted) {
		tsk_verdict(call, "interrupted",
			    "recipe '%s' was interrupted after %s; its cleanups were run", name,
			    time);
		return TSK_INTERRUPTED;
	}
	say_next(run);
	if (run->failed) {
		tsk_verdict(call, "failed", "recipe '%s' failed at the step '%s': %s", name,
			    run->failed_step, run->failed_detail);
		return run->failed_status;
	}
	tsk_verdict(call, "passed", "recipe '%s' passed: %zu steps in %s%s", name, run->done, time,
		    run->skipped ? tsk_format(call, ", %zu skipped", run->skipped) : "");
	return TSK_OK;
}

static void note_shadowed(void *what, const char *name, const char *path, const char *origin)
{
	const struct recipe *recipe = what;

	if (strcmp(name, recipe->name) != 0 || !strcmp(path, recipe->path))
		return;
	const char *text = tsk_format(
		recipe->call, "the %s's recipe '%s' stands before the %s one: %s", recipe->origin,
		name, strcmp(origin, "shipped") ? "user's" : origin, recipe->path);
	/* A checkout may also set quiet. */
	if (!strcmp(recipe->origin, "project"))
		tsk_warn(recipe->call, "%s", text);
	else
		tsk_note(recipe->call, "%s", text);
}

static enum tsk_status run_recipe(struct tsk_call *call, const void *given)
{
	const struct run_options *o = given;
	struct recipe_run *run = tsk_alloc(call, sizeof(*run));
	int64_t began = tsk_now_ms();

	run->call = call;
	if (recipe_find(call, o->name, &run->recipe))
		return tsk_error(call);
	for (size_t i = 0; i < o->set.count; i++)
		if (set_parameter(run->recipe, o->set.items[i]))
			return tsk_error(call);
	tsk_set(tsk_result(call), "recipe", run->recipe->name);
	tsk_set(tsk_result(call), "origin", run->recipe->origin);
	tsk_set(tsk_result(call), "path", run->recipe->path);
	recipe_check(run->recipe, &run->values, true);
	if (run->recipe->problem_count)
		return say_problems(call, run->recipe);
	/* A checkout's programs under a name that one trusts are not to come unseen. */
	if (!strcmp(run->recipe->origin, "project") || !strcmp(run->recipe->origin, "user"))
		recipe_each(call, note_shadowed, run->recipe);
	run->rows = tsk_set_list(tsk_result(call), "steps");
	if (o->dry_run)
		return dry_run(run);
	run_steps(run);
	run_cleanups(run);
	return say_verdict(run, began);
}

static const struct tsk_view views[] = {
	{ .path = "problems" },
	{ .path = "steps", .label = "", .columns = "name ok seconds runs only detail" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill run-recipe clean-start",
	"temporal-skill run-recipe recover-nondeterminism --set workflow_id=order-17 --dry-run",
	NULL,
};

const struct tsk_command run_recipe_command = {
	.name = "run-recipe",
	.summary = "run the steps of a recipe: commands of this program, and other programs",
	.details =
		"What is wrong with it, or with the values given, is told before the first step "
		"runs (exit 2).\nExit 0: all steps went well; else the exit status of the first "
		"one that did not (1 for programs).\nCleanup steps run always, also after SIGINT.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct run_options),
	.views = views,
	.rows = "steps",
	.run = run_recipe,
};
