/* Reading a recipe's file: sections, parameters, and what is wrong with them, with its line. */
#include "recipe.h"

#include <temporal-skill/process.h>

#include <ctype.h>
#include <ini.h>
#include <string.h>

/* As for the INI files of the settings: a step with a JSON value may be long. */
#define LONGEST_LINE   65536
#define LARGEST_RECIPE ((size_t)1 << 20)

enum section {
	SECTION_NONE, /* before the first one */
	SECTION_RECIPE,
	SECTION_PARAMETER,
	SECTION_STEP,
	SECTION_BAD /* said already: its lines are passed over */
};

struct reading {
	struct recipe *recipe;
	const char *text; /* what is still to be read */
	int line;
	bool within_line;
	enum section section;
	struct recipe_parameter *parameter;
	struct recipe_step *step;
	bool has_recipe;
};

/* ---- problems ---- */

void recipe_problem(struct recipe *recipe, int line, const char *format, ...)
{
	va_list arguments;

	if (recipe->problem_count == RECIPE_MOST_PROBLEMS)
		return;
	va_start(arguments, format);
	const char *text = tsk_vformat(recipe->call, format, arguments);
	va_end(arguments);
	const char *whole = line ? tsk_format(recipe->call, "%s:%d: %s", recipe->path, line, text)
				 : tsk_format(recipe->call, "%s: %s", recipe->path, text);
	for (size_t i = 0; i < recipe->problem_count; i++)
		if (!strcmp(recipe->problems[i], whole))
			return;
	recipe->problems[recipe->problem_count++] = whole;
}

void recipe_unknown_key(struct recipe *recipe, int line, const char *section, const char *key,
			const char *const *keys)
{
	const char *nearest = tsk_nearest(key, keys);

	recipe_problem(recipe, line, "unknown key '%s' in [%s]%s%s%s", key, section,
		       nearest ? "; did you mean '" : "", nearest ? nearest : "",
		       nearest ? "'?" : "");
}

struct recipe_line recipe_split(struct recipe *recipe, const char *value, int line)
{
	struct recipe_line split = { .text = tsk_copy(recipe->call, value), .line = line };

	if (tsk_split_words(recipe->call, "value", split.text, &split.words)) {
		recipe_problem(recipe, line, "%s", tsk_error_message(recipe->call));
		tsk_forget_error(recipe->call);
		split.words = (struct tsk_strings){ .count = 0 };
	}
	return split;
}

const char *recipe_next_word(struct tsk_call *call, const char **at)
{
	const char *begin = *at + strspn(*at, " \t");
	size_t length = strcspn(begin, " \t");

	*at = begin + length + strspn(begin + length, " \t");
	return tsk_copy_bytes(call, begin, length);
}

/* ---- parameters ---- */

static void take_type(struct recipe *recipe, struct recipe_parameter *parameter, const char *value,
		      int line)
{
	static const char *const types[] = {
		[RECIPE_TEXT] = "text",       [RECIPE_WORDS] = "words",
		[RECIPE_INTEGER] = "integer", [RECIPE_DURATION] = "duration",
		[RECIPE_JSON] = "json",       NULL
	};

	for (int i = 0; types[i]; i++)
		if (!strcmp(types[i], value)) {
			parameter->type = (enum recipe_type)i;
			return;
		}
	recipe_problem(recipe, line,
		       "unknown type '%s': expected text, words, integer, duration or json", value);
}

static void parameter_line(struct recipe *recipe, struct recipe_parameter *parameter,
			   const char *key, const char *value, int line)
{
	static const char *const keys[] = { "summary", "default", "required",
					    "type",    "choices", NULL };

	if (!strcmp(key, "summary"))
		parameter->summary = tsk_copy(recipe->call, value);
	else if (!strcmp(key, "default"))
		parameter->fallback = tsk_copy(recipe->call, value);
	else if (!strcmp(key, "type"))
		take_type(recipe, parameter, value, line);
	else if (!strcmp(key, "choices"))
		parameter->choices = recipe_split(recipe, value, line).words;
	else if (strcmp(key, "required") != 0)
		recipe_unknown_key(recipe, line, "parameter", key, keys);
	else if (!strcmp(value, "true") || !strcmp(value, "false"))
		parameter->required = *value == 't';
	else
		recipe_problem(recipe, line, "bad value '%s' of 'required': expected true or false",
			       value);
}

/* ---- sections ---- */

/* What ${...} can name. */
static bool is_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_-") == strlen(name);
}

static void begin_parameter(struct reading *reading, const char *name)
{
	struct recipe *recipe = reading->recipe;

	for (size_t i = 0; i < recipe->parameter_count; i++)
		if (!strcmp(recipe->parameters[i].name, name))
			recipe_problem(recipe, reading->line,
				       "a second parameter '%s'; the first is on line %d", name,
				       recipe->parameters[i].line);
	if (recipe->parameter_count == RECIPE_MOST_PARAMETERS) {
		recipe_problem(recipe, reading->line, "more than %d parameters",
			       RECIPE_MOST_PARAMETERS);
		return;
	}
	reading->section = SECTION_PARAMETER;
	reading->parameter = &recipe->parameters[recipe->parameter_count++];
	*reading->parameter = (struct recipe_parameter){
		.name = name, .summary = "", .fallback = "", .line = reading->line
	};
}

static void begin_step(struct reading *reading, enum recipe_kind kind, const char *name)
{
	struct recipe *recipe = reading->recipe;

	for (size_t i = 0; i < recipe->step_count; i++)
		if (!strcmp(recipe->steps[i].name, name))
			recipe_problem(recipe, reading->line,
				       "a second step '%s'; the first is on line %d", name,
				       recipe->steps[i].line);
	if (recipe->step_count == RECIPE_MOST_STEPS) {
		recipe_problem(recipe, reading->line, "more than %d steps", RECIPE_MOST_STEPS);
		return;
	}
	reading->section = SECTION_STEP;
	reading->step = &recipe->steps[recipe->step_count++];
	*reading->step = (struct recipe_step){
		.kind = kind, .name = name, .summary = "", .line = reading->line
	};
}

/* inih cuts a section's name at 50 bytes and says nothing of empty or repeated sections, so that
 * their lines are looked at as they come in. */
static void begin_section(struct reading *reading, const char *text)
{
	static const char *const kinds[] = { "recipe", "parameter", "step",
					     "rescue", "cleanup",   NULL };
	struct tsk_call *call = reading->recipe->call;
	const char *inside = tsk_copy_bytes(call, text, strcspn(text, "]\r\n"));
	const char *kind = recipe_next_word(call, &inside);
	char *name = tsk_copy(call, inside);

	for (size_t length = strlen(name); length && isspace((unsigned char)name[length - 1]);)
		name[--length] = '\0';
	reading->section = SECTION_BAD;
	if (!strcmp(kind, "recipe") && !*name) {
		reading->section = SECTION_RECIPE;
		reading->has_recipe = true;
		return;
	}
	int at = 1;
	while (kinds[at] && strcmp(kinds[at], kind) != 0)
		at++;
	if (!kinds[at]) {
		const char *nearest = tsk_nearest(kind, kinds);
		recipe_problem(reading->recipe, reading->line, "unknown section [%s]%s%s%s", kind,
			       nearest ? "; did you mean '" : "", nearest ? nearest : "",
			       nearest ? "'?" : "");
	} else if (!is_name(name)) {
		recipe_problem(reading->recipe, reading->line,
			       "[%s NAME] wants a name of letters, digits, '_' and '-'", kind);
	} else if (at == 1) {
		begin_parameter(reading, name);
	} else {
		begin_step(reading, (enum recipe_kind)(at - 2), name);
	}
}

static void recipe_line_taken(struct recipe *recipe, const char *key, const char *value, int line)
{
	static const char *const keys[] = { "name", "summary", "details", NULL };

	if (!strcmp(key, "name"))
		recipe->given_name = tsk_copy(recipe->call, value);
	else if (!strcmp(key, "summary"))
		recipe->summary = tsk_copy(recipe->call, value);
	else if (!strcmp(key, "details"))
		recipe->details = tsk_format(recipe->call, "%s%s%s", recipe->details,
					     *recipe->details ? "\n" : "", value);
	else
		recipe_unknown_key(recipe, line, "recipe", key, keys);
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	struct recipe *recipe = reading->recipe;

	(void)section;
	switch (reading->section) {
	case SECTION_NONE:
		recipe_problem(recipe, reading->line, "'%s' stands before the first section", key);
		break;
	case SECTION_RECIPE: recipe_line_taken(recipe, key, value, reading->line); break;
	case SECTION_PARAMETER:
		parameter_line(recipe, reading->parameter, key, value, reading->line);
		break;
	case SECTION_STEP:
		recipe_step_line(recipe, reading->step, key, value, reading->line);
		break;
	case SECTION_BAD: break;
	}
	return 1;
}

static char *next_line(char *line, int size, void *stream)
{
	struct reading *reading = stream;

	size_t whole = strcspn(reading->text, "\n") + 1;
	size_t length = whole < (size_t)size ? whole : (size_t)size - 1;

	if (!*reading->text)
		return NULL;
	length = strnlen(reading->text, length);
	memcpy(line, reading->text, length);
	line[length] = '\0';
	reading->text += length;
	/* inih asks again for the rest of a line that did not fit: that is not a new line. */
	if (!reading->within_line) {
		const char *text = line + strspn(line, " \t");
		reading->line++;
		if (*text == '[')
			begin_section(reading, text + 1);
	}
	reading->within_line = !strchr(line, '\n');
	return line;
}

static void parse(struct reading *reading)
{
	/* Debian's inih cuts lines at 199 bytes and drops what follows " ;" unless told otherwise.
	 */
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LONGEST_LINE;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	/* All that is wrong is to be told at once. */
	ini_stop_on_first_error = false;

	int problem = ini_parse_stream(next_line, reading, on_line, reading);
	if (problem > 0)
		recipe_problem(reading->recipe, problem,
			       "expected [section], key = value or a comment");
	else if (problem < 0) {
		reading->recipe->unread = TSK_INTERNAL;
		recipe_problem(reading->recipe, 0, "cannot be read: out of memory");
	}
}

/* NULL, with the problem told, where there is no text. */
static const char *read_text(struct recipe *recipe)
{
	struct tsk_call *call = recipe->call;
	bool of_user = !strcmp(recipe->origin, "user") || !strcmp(recipe->origin, "shipped");
	size_t size = 0;
	const char *text =
		of_user ? tsk_given_file_read(call, recipe->path, LARGEST_RECIPE, &size)
			: tsk_given_checkout_file_read(call, recipe->path, LARGEST_RECIPE, &size);

	if (!text) {
		recipe->unread = tsk_error(call);
		recipe_problem(recipe, 0, "cannot be read: %s", tsk_error_message(call));
		tsk_forget_error(call);
	} else if (strlen(text) != size) {
		recipe_problem(recipe, 0, "cannot be read: it has a NUL byte: this is no text");
		text = NULL;
	}
	return text;
}

struct recipe *recipe_read(struct tsk_call *call, const char *name, const char *path,
			   const char *origin)
{
	struct recipe *recipe = tsk_alloc(call, sizeof(*recipe));
	struct reading reading = { .recipe = recipe };

	*recipe = (struct recipe){ .call = call,
				   .name = name,
				   .path = path,
				   .origin = origin,
				   .summary = "",
				   .details = "" };
	recipe->steps = tsk_alloc(call, RECIPE_MOST_STEPS * sizeof(*recipe->steps));
	reading.text = read_text(recipe);
	if (!reading.text)
		return recipe;
	parse(&reading);
	if (!reading.has_recipe || !recipe->given_name)
		recipe_problem(recipe, 0, "it has no [recipe] with a name");
	else if (strcmp(recipe->given_name, name) != 0)
		recipe_problem(recipe, 0, "its name is '%s' inside, and '%s' as a file",
			       recipe->given_name, name);
	if (reading.has_recipe && !*recipe->summary)
		recipe_problem(recipe, 0, "its [recipe] has no summary");
	if (!recipe->step_count)
		recipe_problem(recipe, 0, "it has no [step NAME]");
	return recipe;
}

const struct recipe_step *recipe_step_named(const struct recipe *recipe, const char *name,
					    enum recipe_kind kind)
{
	for (size_t i = 0; i < recipe->step_count; i++)
		if (recipe->steps[i].kind == kind && !strcmp(recipe->steps[i].name, name))
			return &recipe->steps[i];
	return NULL;
}
