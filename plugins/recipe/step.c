/* Reading the lines of a step. */
#include "recipe.h"

#include <stdlib.h>
#include <string.h>

/* ---- single keys ---- */

static void take_capture(struct recipe *recipe, struct recipe_step *step, const char *value,
			 bool optional, int line)
{
	struct recipe_capture capture = { .optional = optional, .line = line };
	const char *at = value, *problem;

	capture.name = recipe_next_word(recipe->call, &at);
	if (*at == '/') {
		capture.how = CAPTURE_POINTER;
		capture.what = tsk_copy(recipe->call, at);
	} else if (!strcmp(at, "workflow")) {
		capture.how = CAPTURE_WORKFLOW;
	} else if (!strncmp(at, "match ", strlen("match "))) {
		capture.how = CAPTURE_MATCH;
		capture.what = tsk_copy(recipe->call, at + strlen("match "));
		if (!recipe_match_check(recipe->call, capture.what, &problem))
			recipe_problem(recipe, line, "bad regular expression '%s': %s",
				       capture.what, problem);
	} else {
		recipe_problem(recipe, line,
			       "a capture is NAME /POINTER, NAME match REGEX or NAME workflow, not "
			       "'%s'",
			       value);
		return;
	}
	if (step->capture_count == RECIPE_MOST_LINES)
		recipe_problem(recipe, line, "more than %d captures", RECIPE_MOST_LINES);
	else
		step->captures[step->capture_count++] = capture;
}

static void take_accept(struct recipe *recipe, struct recipe_step *step, const char *value,
			int line)
{
	while (*value) {
		const char *word = recipe_next_word(recipe->call, &value);
		int64_t status;
		if (!tsk_parse_integer(word, &status) || status < 0 || status > 255)
			recipe_problem(recipe, line, "bad exit status '%s': expected 0 to 255",
				       word);
		else if (step->accepted_count == RECIPE_MOST_LINES)
			recipe_problem(recipe, line, "more than %d exit statuses",
				       RECIPE_MOST_LINES);
		else
			step->accepted[step->accepted_count++] = (int)status;
	}
}

static void take_on_failure(struct recipe *recipe, struct recipe_step *step, const char *value,
			    int line)
{
	const char *at = value;
	const char *word = recipe_next_word(recipe->call, &at);

	step->on_failure_line = line;
	if (!strcmp(word, "stop") && !*at) {
		step->on_failure = RECIPE_STOP;
	} else if (!strcmp(word, "continue") && !*at) {
		step->on_failure = RECIPE_CONTINUE;
	} else if (!strcmp(word, "run") && *at) {
		step->on_failure = RECIPE_RUN;
		step->rescue = tsk_copy(recipe->call, at);
	} else {
		recipe_problem(recipe, line, "on_failure is stop, continue or run NAME, not '%s'",
			       value);
	}
}

static void take_then(struct recipe *recipe, struct recipe_step *step, const char *value, int line)
{
	if (step->kind != RECIPE_RESCUE)
		recipe_problem(recipe, line, "only a [rescue NAME] has 'then'");
	else if (!strcmp(value, "continue") || !strcmp(value, "stop"))
		step->then_stop = *value == 's';
	else
		recipe_problem(recipe, line, "then is continue or stop, not '%s'", value);
}

/* VALUE, VALUE is VALUE, VALUE is not VALUE. */
static bool is_condition(const struct tsk_strings *words, bool alone)
{
	if (words->count == 1)
		return alone;
	if (words->count < 3 || strcmp(words->items[1], "is") != 0)
		return false;
	return words->count == 3 || (words->count == 4 && !strcmp(words->items[2], "not"));
}

static void take_when(struct recipe *recipe, struct recipe_step *step, const char *value, int line)
{
	step->when = recipe_split(recipe, value, line);
	if (step->when.words.count && !is_condition(&step->when.words, true))
		recipe_problem(recipe, line, "when is VALUE or VALUE is [not] VALUE, not '%s'",
			       value);
}

static void take_expect(struct recipe *recipe, struct recipe_step *step, const char *value,
			int line)
{
	struct recipe_line expect = recipe_split(recipe, value, line);

	if (!expect.words.count)
		return;
	if (!is_condition(&expect.words, false) || expect.words.items[0][0] != '/')
		recipe_problem(recipe, line, "expect is /POINTER is [not] VALUE, not '%s'", value);
	else if (step->expect_count == RECIPE_MOST_LINES)
		recipe_problem(recipe, line, "more than %d lines 'expect'", RECIPE_MOST_LINES);
	else
		step->expects[step->expect_count++] = expect;
}

static void take_what(struct recipe *recipe, struct recipe_step *step, const char *key,
		      const char *value, int line)
{
	if (step->what.line)
		recipe_problem(recipe, line, "a step is one command or program; this one has '%s'",
			       step->what.text);
	step->is_program = !strcmp(key, "program");
	step->what = recipe_split(recipe, value, line);
}

static void take_with(struct recipe *recipe, struct recipe_step *step, const char *value, int line)
{
	if (step->with_count == RECIPE_MOST_LINES)
		recipe_problem(recipe, line, "more than %d lines 'with'", RECIPE_MOST_LINES);
	else
		step->with[step->with_count++] = recipe_split(recipe, value, line);
}

/* ---- all ---- */

void recipe_step_line(struct recipe *recipe, struct recipe_step *step, const char *key,
		      const char *value, int line)
{
	static const char *const keys[] = { "command", "program", "summary", "with",
					    "when",    "timeout", "capture", "capture_optional",
					    "expect",  "accept",  "then",    "on_failure",
					    NULL };

	if (!strcmp(key, "command") || !strcmp(key, "program"))
		take_what(recipe, step, key, value, line);
	else if (!strcmp(key, "summary"))
		step->summary = tsk_copy(recipe->call, value);
	else if (!strcmp(key, "with"))
		take_with(recipe, step, value, line);
	else if (!strcmp(key, "when"))
		take_when(recipe, step, value, line);
	else if (!strcmp(key, "timeout"))
		step->timeout =
			(struct recipe_line){ .text = tsk_copy(recipe->call, value), .line = line };
	else if (!strcmp(key, "capture") || !strcmp(key, "capture_optional"))
		take_capture(recipe, step, value, !strcmp(key, "capture_optional"), line);
	else if (!strcmp(key, "expect"))
		take_expect(recipe, step, value, line);
	else if (!strcmp(key, "accept"))
		take_accept(recipe, step, value, line);
	else if (!strcmp(key, "then"))
		take_then(recipe, step, value, line);
	else if (!strcmp(key, "on_failure"))
		take_on_failure(recipe, step, value, line);
	else
		recipe_unknown_key(
			recipe, line,
			tsk_format(recipe->call, "%s %s", recipe_kind_name(step->kind), step->name),
			key, keys);
}
