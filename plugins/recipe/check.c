/* What is wrong with a recipe as a whole: found before its first step runs. */
#include "recipe.h"

#include <temporal-skill/payload.h>

#include <string.h>

/* ---- parameters ---- */

static const char *type_problem(struct tsk_call *call, const struct recipe_parameter *parameter,
				const char *text)
{
	struct tsk_strings words;
	int64_t number;
	size_t offset;

	switch (parameter->type) {
	case RECIPE_TEXT: break;
	case RECIPE_WORDS:
		if (text[strspn(text, " \t")] && tsk_split_words(call, "value", text, &words)) {
			const char *why = tsk_error_message(call);
			tsk_forget_error(call);
			return why;
		}
		break;
	case RECIPE_INTEGER: return tsk_parse_integer(text, &number) ? NULL : "expected a number";
	case RECIPE_DURATION:
		return tsk_parse_duration(text, &number) ? NULL : "expected " TSK_DURATION_FORMS;
	case RECIPE_JSON:
		if (!tsk_json_check(text, strlen(text), &offset))
			return "expected JSON (a string needs quotes)";
		break;
	}
	return NULL;
}

static bool is_choice(const struct recipe_parameter *parameter, const char *text)
{
	for (size_t i = 0; i < parameter->choices.count; i++)
		if (!strcmp(parameter->choices.items[i], text))
			return true;
	return !parameter->choices.count;
}

static void check_parameter(struct recipe *recipe, const struct recipe_parameter *parameter,
			    struct recipe_values *values, bool running)
{
	const char *text = parameter->given ? parameter->given : parameter->fallback;
	/* Empty by default means that it may be left out, whatever its type. */
	const char *problem =
		parameter->given || *text ? type_problem(recipe->call, parameter, text) : NULL;

	recipe_value_set(values, parameter->name, text);
	recipe_value_named(values, parameter->name)->of = parameter;
	if (parameter->required && !parameter->given) {
		if (running)
			recipe_problem(recipe, parameter->line, "it needs --set %s=VALUE%s%s",
				       parameter->name, *parameter->summary ? ": " : "",
				       parameter->summary);
		/* What is wrong with the steps is told all the same. */
		recipe_value_named(values, parameter->name)->text = NULL;
	} else if (problem) {
		recipe_problem(recipe, parameter->line, "bad value '%s' of '%s': %s", text,
			       parameter->name, problem);
		recipe_value_named(values, parameter->name)->text = NULL;
	} else if (!is_choice(parameter, text)) {
		recipe_problem(recipe, parameter->line, "bad value '%s' of '%s': expected %s", text,
			       parameter->name, tsk_join(recipe->call, &parameter->choices, ", "));
	}
}

/* ---- names ---- */

struct names {
	const char *items[RECIPE_MOST_VALUES + 1]; /* ends with NULL */
	size_t count;
};

static void add_name(struct names *names, const char *name)
{
	if (names->count < RECIPE_MOST_VALUES)
		names->items[names->count++] = name;
}

static void add_captures(struct names *names, const struct recipe_step *step)
{
	for (size_t i = 0; i < step->capture_count; i++)
		add_name(names, step->captures[i].name);
}

static void check_text(struct recipe *recipe, const struct names *names, const char *text, int line)
{
	const char *at = text, *name;

	while ((name = recipe_next_name(recipe->call, &at))) {
		size_t i = 0;
		while (names->items[i] && strcmp(names->items[i], name) != 0)
			i++;
		if (names->items[i])
			continue;
		const char *nearest = tsk_nearest(name, names->items);
		recipe_problem(recipe, line,
			       "'%s' is no parameter and captured by no step before%s%s%s", name,
			       nearest ? "; did you mean '" : "", nearest ? nearest : "",
			       nearest ? "'?" : "");
	}
}

static void check_line(struct recipe *recipe, const struct names *names,
		       const struct recipe_line *line)
{
	for (size_t i = 0; i < line->words.count; i++)
		check_text(recipe, names, line->words.items[i], line->line);
}

static void check_names(struct recipe *recipe, const struct names *names,
			const struct recipe_step *step)
{
	check_line(recipe, names, &step->what);
	check_line(recipe, names, &step->when);
	for (size_t i = 0; i < step->with_count; i++)
		check_line(recipe, names, &step->with[i]);
	for (size_t i = 0; i < step->expect_count; i++)
		check_line(recipe, names, &step->expects[i]);
	if (step->timeout.line)
		check_text(recipe, names, step->timeout.text, step->timeout.line);
}

/* A step knows what was captured before it; rescues and cleanups may use what any other step
 * captures, and are skipped where it did not. */
static void check_all_names(struct recipe *recipe)
{
	struct names *before = tsk_alloc(recipe->call, sizeof(*before));
	struct names *all = tsk_alloc(recipe->call, sizeof(*all));

	for (size_t i = 0; i < recipe->parameter_count; i++) {
		add_name(before, recipe->parameters[i].name);
		add_name(all, recipe->parameters[i].name);
	}
	for (size_t i = 0; i < recipe->step_count; i++)
		add_captures(all, &recipe->steps[i]);
	for (size_t i = 0; i < recipe->step_count; i++) {
		const struct recipe_step *step = &recipe->steps[i];
		check_names(recipe, step->kind == RECIPE_STEP ? before : all, step);
		if (step->kind == RECIPE_STEP)
			add_captures(before, step);
	}
}

/* ---- steps ---- */

static void say_words(void *what, int line, const char *text)
{
	recipe_problem(what, line, "%s", text);
}

static void check_program(struct recipe *recipe, struct recipe_values *values,
			  const struct recipe_step *step)
{
	const struct recipe_parameter duration = { .type = RECIPE_DURATION };

	for (size_t i = 0; i < step->expect_count; i++)
		recipe_problem(recipe, step->expects[i].line,
			       "expect is for commands: a program says by its exit status whether "
			       "it went well");
	if (!step->timeout.line)
		return;
	const struct recipe_word word =
		recipe_fill_word(values, step->timeout.text, step->timeout.line);
	const char *problem = word.open ? NULL : type_problem(recipe->call, &duration, word.text);
	if (problem)
		recipe_problem(recipe, step->timeout.line, "bad timeout '%s': %s", word.text,
			       problem);
}

static void check_command(struct recipe *recipe, struct recipe_values *values,
			  const struct recipe_step *step)
{
	struct recipe_words words = recipe_fill(values, step);

	if (step->timeout.line)
		recipe_problem(recipe, step->timeout.line,
			       "timeout is for programs: '%s' has its own --timeout or "
			       "--command-timeout",
			       words.count ? words.items[0].text : "a command");
	for (size_t i = 0; i < step->capture_count; i++)
		if (step->captures[i].how == CAPTURE_MATCH)
			recipe_problem(recipe, step->captures[i].line,
				       "match is for programs: take a value of a command's result "
				       "by its /POINTER");
	if (words.count && words.items[0].filled)
		recipe_problem(recipe, step->what.line,
			       "a command is named as it is, not by a value");
	else if (words.count)
		recipe_check_words(recipe->call, &words, say_words, recipe);
}

static void check_step(struct recipe *recipe, struct recipe_values *values,
		       const struct recipe_step *step)
{
	const char *kind = recipe_kind_name(step->kind);

	if (!step->what.line)
		recipe_problem(recipe, step->line, "[%s %s] has neither command nor program", kind,
			       step->name);
	else if (!step->what.words.count)
		; /* said when it was read */
	else if (step->is_program)
		check_program(recipe, values, step);
	else
		check_command(recipe, values, step);
	if (step->on_failure == RECIPE_RUN &&
	    !recipe_step_named(recipe, step->rescue, RECIPE_RESCUE))
		recipe_problem(recipe, step->on_failure_line, "there is no [rescue %s]",
			       step->rescue);
	if (step->on_failure_line && step->kind != RECIPE_STEP)
		recipe_problem(recipe, step->on_failure_line, "only a [step NAME] has on_failure");
	for (size_t i = 0; i < step->capture_count; i++)
		if (strpbrk(step->captures[i].name, "${}"))
			recipe_problem(recipe, step->captures[i].line,
				       "the name of a capture is written without ${}");
}

void recipe_check(struct recipe *recipe, struct recipe_values *values, bool running)
{
	bool has_step = false;

	values->call = recipe->call;
	for (size_t i = 0; i < recipe->parameter_count; i++)
		check_parameter(recipe, &recipe->parameters[i], values, running);
	check_all_names(recipe);
	for (size_t i = 0; i < recipe->step_count; i++) {
		has_step |= recipe->steps[i].kind == RECIPE_STEP;
		check_step(recipe, values, &recipe->steps[i]);
	}
	if (recipe->step_count && !has_step)
		recipe_problem(recipe, 0, "it has no [step NAME]");
}
