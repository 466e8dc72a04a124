/* Words that a command takes: checked against its option table before anything runs. */
#include "recipe.h"

#include <temporal-skill/payload.h>

#include <stdlib.h>
#include <string.h>

struct checking {
	struct tsk_call *call;
	const struct tsk_command *command;
	const struct recipe_words *words;
	size_t at;
	recipe_sayer *say;
	void *what;
	bool *given; /* by row of the command's options */
	size_t positionals;
};

/* A step that never ends, or that starts recipes from within a recipe, is none. */
static bool is_refused(const char *command)
{
	static const char *const names[] = { "run-recipe", "watch-project", "serve-mcp", NULL };

	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], command))
			return true;
	return false;
}

static void report_problem(struct checking *checking, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void report_problem(struct checking *checking, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	checking->say(checking->what, line, tsk_vformat(checking->call, format, arguments));
	va_end(arguments);
}

/* ---- looking up ---- */

static const struct tsk_option *find_option(const struct tsk_option *options, const char *name,
					    size_t length, char letter)
{
	for (; options && options->name; options++) {
		if (options->positional || (!letter && !*options->name))
			continue;
		if (letter ? options->letter == letter
			   : strlen(options->name) == length &&
				     !strncmp(options->name, name, length))
			return options;
	}
	return NULL;
}

/* The global options end with a row without a name; those without a flag have an empty one. */
static const struct tsk_option *find_any(const struct tsk_command *command, const char *name,
					 size_t length, char letter)
{
	const struct tsk_option *own = find_option(command->options, name, length, letter);

	return own ? own : find_option(tsk_global_options(), name, length, letter);
}

static void unknown_flag(struct checking *checking, const struct recipe_word *word)
{
	const char *names[256];
	size_t count = 0, most = sizeof(names) / sizeof(*names) - 1;
	const char *bare = word->text + strspn(word->text, "-");
	const struct tsk_option *option;

	for (option = checking->command->options; option && option->name && count < most; option++)
		if (!option->positional)
			names[count++] = option->name;
	for (option = tsk_global_options(); option->name && count < most; option++)
		if (*option->name)
			names[count++] = option->name;
	names[count] = NULL;
	const char *nearest =
		tsk_nearest(tsk_copy_bytes(checking->call, bare, strcspn(bare, "=")), names);
	report_problem(checking, word->line, "'%s' has no flag '%s'%s%s%s", checking->command->name,
		       tsk_copy_bytes(checking->call, word->text, strcspn(word->text, "=")),
		       nearest ? "; did you mean '--" : "", nearest ? nearest : "",
		       nearest ? "'?" : "");
}

/* ---- values ---- */

static bool is_integer(const char *text)
{
	char *end;

	strtoll(text, &end, 10);
	return *text && !*end;
}

static bool is_duration(const char *text)
{
	char *end;
	double number = strtod(text, &end);

	return end != text && number >= 0 &&
	       (!*end || !strcmp(end, "ms") || !strcmp(end, "s") || !strcmp(end, "m") ||
		!strcmp(end, "h"));
}

static bool is_choice(const char *text, const char *const *choices)
{
	for (; choices && *choices; choices++)
		if (!strcmp(*choices, text))
			return true;
	return false;
}

static void check_value(struct checking *checking, const struct tsk_option *option,
			const struct recipe_word *word, const char *value)
{
	const char *wanted = NULL;
	size_t offset;

	if (word->open)
		return;
	if (option->type == TSK_INTEGER && !is_integer(value))
		wanted = "a number";
	else if (option->type == TSK_DURATION && !is_duration(value))
		wanted = "" TSK_DURATION_FORMS;
	else if (option->type == TSK_CHOICE && !is_choice(value, option->choices))
		wanted = "one of its choices";
	else if (option->type == TSK_JSON && *value != '@' && strcmp(value, "-") != 0 &&
		 !tsk_json_check(value, strlen(value), &offset))
		wanted = "JSON (a string needs quotes)";
	if (wanted)
		report_problem(checking, word->line, "bad value '%s' of '--%s': expected %s", value,
			       option->name, wanted);
}

/* ---- words ---- */

static void take_option(struct checking *checking, const struct tsk_option *option,
			const struct recipe_word *word, const char *value)
{
	const struct tsk_option *own = checking->command->options;

	/* They go on until they are interrupted. */
	if (option->type == TSK_FLAG &&
	    (!strcmp(option->name, "follow") || !strcmp(option->name, "watch")))
		report_problem(checking, word->line, "'--%s' never ends: it cannot be in a step",
			       option->name);
	for (size_t i = 0; own && own[i].name; i++)
		if (&own[i] == option)
			checking->given[i] = true;
	if (option->type == TSK_FLAG)
		return;
	if (value) {
		check_value(checking, option, word, value);
		return;
	}
	if (checking->at == checking->words->count) {
		report_problem(checking, word->line, "missing value of '%s'", word->text);
		return;
	}
	const struct recipe_word *next = &checking->words->items[checking->at++];
	check_value(checking, option, next, next->text);
}

static void take_flag(struct checking *checking, const struct recipe_word *word)
{
	bool is_long = word->text[1] == '-';
	const char *name = word->text + 1 + is_long;
	size_t length = is_long ? strcspn(name, "=") : 1;
	const struct tsk_option *option =
		find_any(checking->command, name, length, is_long ? '\0' : *name);

	if (!strcmp(word->text, "--help") || !strcmp(word->text, "-h") ||
	    !strcmp(word->text, "--version"))
		report_problem(checking, word->line, "'%s' makes no step", word->text);
	else if (!option)
		unknown_flag(checking, word);
	else if (is_long)
		take_option(checking, option, word, name[length] ? name + length + 1 : NULL);
	else
		take_option(checking, option, word, name[1] ? name + 1 : NULL);
}

static const struct tsk_option *positional(const struct checking *checking)
{
	const struct tsk_option *option = checking->command->options;
	size_t number = checking->positionals;

	for (; option && option->name; option++)
		if (option->positional && (option->type == TSK_REST || number-- == 0))
			return option;
	return NULL;
}

/* False: all the words left are taken. */
static bool take_word(struct checking *checking, const struct recipe_word *word)
{
	const struct tsk_option *option = positional(checking);

	if (!option) {
		report_problem(checking, word->line, "'%s' takes no argument '%s'",
			       checking->command->name, word->text);
		return true;
	}
	checking->given[option - checking->command->options] = true;
	if (option->type == TSK_REST)
		return false;
	checking->positionals++;
	check_value(checking, option, word, word->text);
	return true;
}

static void check_all(struct checking *checking)
{
	bool only_words = false;

	while (checking->at < checking->words->count) {
		const struct recipe_word *word = &checking->words->items[checking->at++];
		bool flag = !only_words && word->text[0] == '-' && word->text[1];
		if (flag && !strcmp(word->text, "--"))
			only_words = true;
		else if (flag && word->filled && !strchr(word->text, '='))
			report_problem(checking, word->line,
				       "the value '%s' would be taken for a flag", word->text);
		else if (flag)
			take_flag(checking, word);
		else if (!take_word(checking, word))
			return;
	}
}

static const struct tsk_command *find_command(struct tsk_call *call,
					      const struct recipe_words *words, recipe_sayer *sayer,
					      void *what)
{
	const char *names[1000];
	size_t count = 0;
	const struct recipe_word *word = &words->items[0];
	const struct tsk_command *command = tsk_find_command(call, word->text);

	if (command && !is_refused(word->text))
		return command;
	if (command) {
		sayer(what, word->line,
		      tsk_format(call, "'%s' cannot be a step of a recipe", word->text));
		return NULL;
	}
	for (command = tsk_next_command(call, NULL); command && count < 999;
	     command = tsk_next_command(call, command))
		names[count++] = command->name;
	names[count] = NULL;
	const char *nearest = tsk_nearest(word->text, names);
	sayer(what, word->line,
	      tsk_format(call, "unknown command '%s'%s%s%s", word->text,
			 nearest ? "; did you mean '" : "", nearest ? nearest : "",
			 nearest ? "'?" : ""));
	return NULL;
}

const struct tsk_command *recipe_check_words(struct tsk_call *call,
					     const struct recipe_words *words, recipe_sayer *sayer,
					     void *what)
{
	size_t rows = 0;
	const struct tsk_command *command = find_command(call, words, sayer, what);

	if (!command)
		return NULL;
	while (command->options && command->options[rows].name)
		rows++;
	struct checking checking = { .call = call,
				     .command = command,
				     .words = words,
				     .at = 1,
				     .say = sayer,
				     .what = what,
				     .given = tsk_alloc(call, rows + 1) };
	check_all(&checking);
	for (size_t i = 0; i < rows; i++)
		if (command->options[i].required && !checking.given[i])
			report_problem(&checking, words->items[0].line, "'%s' needs %s%s",
				       command->name,
				       command->options[i].positional ? "its argument " : "--",
				       command->options[i].name);
	return command;
}

static bool takes_rest(const struct tsk_command *command)
{
	for (const struct tsk_option *row = command->options; row && row->name; row++)
		if (row->type == TSK_REST)
			return true;
	return false;
}

/* A flag that takes the word after it as its value, or NULL. */
static const struct tsk_option *flag_with_value(const struct tsk_command *command, const char *text)
{
	const struct tsk_option *option = NULL;

	if (text[0] == '-' && text[1] == '-' && !strchr(text, '='))
		option = find_any(command, text + 2, strlen(text + 2), 0);
	else if (text[0] == '-' && text[1] && !text[2])
		option = find_any(command, NULL, 0, text[1]);
	return option && option->type != TSK_FLAG ? option : NULL;
}

const char *const *recipe_argv(struct tsk_call *call, const struct tsk_command *command,
			       const struct recipe_words *words)
{
	const char **argv = tsk_alloc(call, (words->count + 1) * sizeof(*argv));
	size_t count = 0;
	bool only_words = false;

	for (size_t i = 1; i < words->count; i++) {
		const char *text = words->items[i].text;
		only_words |= !strcmp(text, "--") || (*text != '-' && takes_rest(command));
		if (only_words || i + 1 == words->count || !flag_with_value(command, text)) {
			argv[count++] = text;
			continue;
		}
		const struct recipe_word *value = &words->items[++i];
		/* In one word with its flag a value is a value, whatever it looks like. */
		if (value->filled && (text[1] == '-' || *value->text)) {
			argv[count++] = tsk_format(call, text[1] == '-' ? "%s=%s" : "%s%s", text,
						   value->text);
			continue;
		}
		argv[count++] = text;
		argv[count++] = value->text;
	}
	return argv;
}
