/* Words of a step: checked against its command's option table before anything runs. */
#include "recipe.h"

#include <string.h>

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

static const struct tsk_command *find_command(struct tsk_call *call, const struct recipe_word *word,
					      recipe_sayer *sayer, void *what)
{
	/* A step that never ends, or that starts recipes from within a recipe, is none. */
	static const char *const refused[] = { "run-recipe", "watch-project", "serve-mcp", NULL };
	const struct tsk_command *command = tsk_find_command(call, word->text);
	struct tsk_lines names = { .call = call };

	if (command && !is_one_of(word->text, refused))
		return command;
	if (command) {
		sayer(what, word->line,
		      tsk_format(call, "'%s' cannot be a step of a recipe", word->text));
		return NULL;
	}
	while ((command = tsk_next_command(call, command)))
		tsk_lines_push(&names, command->name);
	const char *nearest = tsk_nearest(word->text, names.items);
	sayer(what, word->line,
	      tsk_format(call, "unknown command '%s'%s%s%s", word->text,
			 nearest ? "; did you mean '" : "", nearest ? nearest : "",
			 nearest ? "'?" : ""));
	return NULL;
}

/* What a command takes, and a step does not. */
static const char *step_problem(struct tsk_call *call, const struct tsk_word *word)
{
	static const char *const endless[] = { "follow", "watch", NULL };
	static const char *const help[] = { "--help", "-h", "--version", NULL };
	const struct tsk_option *option = word->option;

	if (word->as != TSK_WORD_FLAG)
		return NULL;
	if (option && option->type == TSK_FLAG && is_one_of(option->name, endless))
		return tsk_format(call, "'--%s' never ends: it cannot be in a step", option->name);
	return !option && is_one_of(word->text, help)
		       ? tsk_format(call, "'%s' makes no step", word->text)
		       : NULL;
}

const struct tsk_command *recipe_check_words(struct tsk_call *call, struct recipe_words *words,
					     recipe_sayer *sayer, void *what)
{
	const struct tsk_command *command = find_command(call, &words->items[0], sayer, what);
	struct tsk_word *typed = tsk_alloc(call, words->count * sizeof(*typed));

	if (!command)
		return NULL;
	/* A step with an empty value may be one that is not run: the command itself refuses it. */
	for (size_t i = 0; i < words->count; i++)
		typed[i] =
			(struct tsk_word){ .text = words->items[i].text,
					   .filled = words->items[i].filled,
					   .open = words->items[i].open || !*words->items[i].text };
	struct tsk_strings missing = tsk_check_words(call, command, typed + 1, words->count - 1);
	for (size_t i = 1; i < words->count; i++) {
		const char *problem =
			typed[i].problem ? typed[i].problem : step_problem(call, &typed[i]);
		words->items[i].is_value = typed[i].as == TSK_WORD_VALUE;
		if (problem)
			sayer(what, words->items[i].line, problem);
	}
	for (size_t i = 0; i < missing.count; i++)
		sayer(what, words->items[0].line, missing.items[i]);
	return command;
}

const char *const *recipe_argv(struct tsk_call *call, const struct recipe_words *words)
{
	struct tsk_lines argv = { .call = call };

	for (size_t i = 1; i < words->count; i++) {
		const struct recipe_word *value = &words->items[i + 1];
		const char *text = words->items[i].text;
		bool is_long = text[0] == '-' && text[1] == '-';

		/* In one word with its flag a value is a value, whatever it looks like. */
		if (i + 1 < words->count && value->is_value && value->filled &&
		    (is_long || *value->text)) {
			text = tsk_format(call, is_long ? "%s=%s" : "%s%s", text, value->text);
			i++;
		}
		tsk_lines_push(&argv, text);
	}
	tsk_lines_push(&argv, NULL);
	return argv.items;
}
