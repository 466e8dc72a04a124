/* Command lines: words in, an options struct and settings out, both from tables. */
#include "options.h"

#include "known_flag.h"
#include "option_value.h"
#include "settings/table.h"

#include <string.h>

struct parsing {
	struct tsk_call *call;
	struct settings *settings;
	const struct tsk_command *command;
	const char *const *words;
	size_t count, at;
	unsigned char *out;
	bool *given; /* by option row */
	struct command_line *line;
	size_t positionals;
	struct tsk_word *checked; /* the same words where they are only looked at, else NULL */
};

static void mark_word(struct parsing *parsing, enum tsk_word_as as, const struct tsk_option *option)
{
	struct tsk_word *word = parsing->checked ? &parsing->checked[parsing->at - 1] : NULL;

	if (!word)
		return;
	word->as = as;
	word->option = option;
}

/* A value that is not known yet, or that stands elsewhere. */
static bool is_unread(const struct parsing *parsing, const struct tsk_option *option,
		      const char *value)
{
	return parsing->checked &&
	       (parsing->checked[parsing->at - 1].open ||
		(option && option->type == TSK_JSON && (*value == '@' || !strcmp(value, "-"))));
}

static enum tsk_status store(struct parsing *parsing, const struct tsk_option *option,
			     const char *flag, const char *value)
{
	return is_unread(parsing, option, value)
		       ? TSK_OK
		       : option_store(parsing->call, option, flag, value, parsing->out);
}

/* ---- errors ---- */

static enum tsk_status unknown_flag(struct parsing *parsing, const char *word)
{
	const char *shown = tsk_copy_bytes(parsing->call, word, strcspn(word, "="));
	const char *nearest = nearest_flag(parsing->call, parsing->command, shown);

	tsk_hint(parsing->call, "temporal-skill %s%s--help",
		 parsing->command ? parsing->command->name : "", parsing->command ? " " : "");
	if (nearest)
		return tsk_fail(parsing->call, TSK_USAGE, "unknown flag '%s'; did you mean '--%s'?",
				shown, nearest);
	return tsk_fail(parsing->call, TSK_USAGE, "unknown flag '%s'", shown);
}

static enum tsk_status missing_value(struct parsing *parsing, const char *flag)
{
	return tsk_fail(parsing->call, TSK_USAGE, "missing value of '%s'", flag);
}

/* ---- one word ---- */

static bool is_known_flag(const struct parsing *parsing, const char *word)
{
	struct known_flag found;

	return word[0] == '-' && word[1] == '-' && word[2] &&
	       find_flag(parsing->command, word + 2, strlen(word + 2), 0, &found);
}

/* What follows a flag is its value, whatever it looks like (an id may begin with a dash), unless it
 * is itself the exact name of a flag: then the value was forgotten. */
static const char *value_of(struct parsing *parsing, const struct tsk_option *option)
{
	const size_t at = parsing->at;

	if (at >= parsing->count || (!(parsing->checked && parsing->checked[at].filled) &&
				     is_known_flag(parsing, parsing->words[at])))
		return NULL;
	parsing->at++;
	mark_word(parsing, TSK_WORD_VALUE, option);
	return parsing->words[at];
}

static void remember_flag(struct parsing *parsing, const struct setting_row *row, const char *value)
{
	/* What the answer looks like is this call's affair; where it happens goes with every next
	 * command. */
	bool where =
		!strcmp(row->info.section, "connection") || !strcmp(row->info.section, "project");

	if (!where || row->info.secret)
		return;
	const char *flags = parsing->settings->flags;
	char *longer =
		row->type == TSK_FLAG
			? tsk_format(parsing->call, "%s %s", flags, row->info.flag)
			: tsk_format(parsing->call, "%s %s%c%s", flags, row->info.flag,
				     *value == '-' ? '=' : ' ', tsk_quote(parsing->call, value));
	size_t size = strlen(longer) + 1;
	parsing->settings->flags =
		memcpy(arena_take(&parsing->settings->arena, size), longer, size);
}

static enum tsk_status take_setting(struct parsing *parsing, int setting, const char *value)
{
	const struct setting_row *row = settings_row(setting);
	const char *origin = tsk_format(parsing->call, "flag %s", row->info.flag);

	/* Where the default is none, an empty value takes back what file or environment say. */
	if (!*value && *row->fallback)
		return tsk_fail(parsing->call, TSK_USAGE, "empty value of '%s'", row->info.flag);
	if (is_unread(parsing, NULL, value))
		return TSK_OK;
	if (settings_set(parsing->settings, parsing->call, setting, value, origin, RANK_FLAG))
		return tsk_error(parsing->call);
	remember_flag(parsing, row, value);
	return TSK_OK;
}

/* value NULL: not given with '='. */
static enum tsk_status take_flag(struct parsing *parsing, const struct known_flag *found,
				 const char *flag, const char *value)
{
	mark_word(parsing, TSK_WORD_FLAG, found->setting < 0 ? found->option : NULL);
	if (found->help || found->version) {
		parsing->line->help |= found->help;
		parsing->line->version |= found->version;
		return TSK_OK;
	}
	if (found->takes_value && !value)
		value = value_of(parsing, found->option);
	if (found->takes_value && !value)
		return missing_value(parsing, flag);
	if (found->ignored)
		return TSK_OK;
	if (found->setting >= 0)
		return take_setting(parsing, found->setting, value ? value : "true");
	/* Before a command there are only those that all have. */
	if (!parsing->command)
		return TSK_OK;
	parsing->given[found->option - parsing->command->options] = true;
	return store(parsing, found->option, flag, value ? value : "true");
}

static enum tsk_status take_long(struct parsing *parsing, const char *word)
{
	const char *name = word + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	struct known_flag found;

	if (!find_flag(parsing->command, name, length, 0, &found))
		return unknown_flag(parsing, word);
	return take_flag(parsing, &found, tsk_copy_bytes(parsing->call, word, length + 2),
			 equals ? equals + 1 : NULL);
}

/* -w ID, -wID, and single-letter flags together. */
static enum tsk_status take_short(struct parsing *parsing, const char *word)
{
	for (size_t i = 1; word[i]; i++) {
		const char flag[] = { '-', word[i], '\0' };
		struct known_flag found;
		if (!find_flag(parsing->command, NULL, 0, word[i], &found))
			return unknown_flag(parsing, word);
		const char *value = found.takes_value && word[i + 1] ? word + i + 1 : NULL;
		if (take_flag(parsing, &found, tsk_copy(parsing->call, flag), value))
			return tsk_error(parsing->call);
		if (found.takes_value)
			break;
	}
	return TSK_OK;
}

static const struct tsk_option *positional(const struct tsk_command *command, size_t number)
{
	for (const struct tsk_option *option = command->options; option && option->name; option++)
		if (option->positional &&
		    (option->type == TSK_REST || option->type == TSK_LIST || number-- == 0))
			return option;
	return NULL;
}

static enum tsk_status take_word(struct parsing *parsing, const char *word)
{
	const struct tsk_option *option = positional(parsing->command, parsing->positionals);

	if (!option) {
		tsk_hint(parsing->call, "temporal-skill %s --help", parsing->command->name);
		return tsk_fail(parsing->call, TSK_USAGE, "'%s' takes no argument '%s'",
				parsing->command->name, word);
	}
	parsing->given[option - parsing->command->options] = true;
	mark_word(parsing, TSK_WORD_ARGUMENT, option);
	if (option->type == TSK_REST) {
		option_store_rest(option, parsing->words + parsing->at - 1,
				  parsing->count - parsing->at + 1, parsing->out, parsing->call);
		while (parsing->at < parsing->count) {
			parsing->at++;
			mark_word(parsing, TSK_WORD_ARGUMENT, option);
		}
		return TSK_OK;
	}
	parsing->positionals += option->type != TSK_LIST;
	struct known_flag global;
	if (option->global && find_global_flag(option->global, &global) &&
	    take_setting(parsing, global.setting, word))
		return tsk_error(parsing->call);
	return store(parsing, option, option->name, word);
}

/* Keeps what is wrong with a word where the words are only looked at, and goes on. */
static enum tsk_status note_problem(struct parsing *parsing, size_t at, enum tsk_status status)
{
	if (!status || !parsing->checked)
		return status;
	parsing->checked[at].problem = tsk_error_message(parsing->call);
	tsk_forget_error(parsing->call);
	return TSK_OK;
}

static enum tsk_status take_dashed(struct parsing *parsing, const char *word)
{
	if (parsing->checked && parsing->checked[parsing->at - 1].filled && !strchr(word, '='))
		return tsk_fail(parsing->call, TSK_USAGE,
				"the value '%s' would be taken for a flag", word);
	return word[1] == '-' ? take_long(parsing, word) : take_short(parsing, word);
}

static enum tsk_status take_all(struct parsing *parsing)
{
	bool only_words = false;

	while (parsing->at < parsing->count) {
		const size_t at = parsing->at++;
		const char *word = parsing->words[at];
		enum tsk_status status = TSK_OK;
		if (only_words || word[0] != '-' || !word[1]) {
			status = take_word(parsing, word);
		} else if (!strcmp(word, "--")) {
			mark_word(parsing, TSK_WORD_ARGUMENT, NULL);
			only_words = true;
		} else {
			status = take_dashed(parsing, word);
		}
		if (note_problem(parsing, at, status))
			return status;
	}
	return TSK_OK;
}

static enum tsk_status report_missing(struct parsing *parsing, const struct tsk_option *option)
{
	tsk_hint(parsing->call, "temporal-skill %s --help", parsing->command->name);
	return tsk_fail(parsing->call, TSK_USAGE,
			option->positional ? "missing argument '%s'" : "missing flag '--%s'",
			option->name);
}

static enum tsk_status fill_in(struct parsing *parsing)
{
	const struct tsk_option *option = parsing->command->options;

	for (size_t i = 0; option && option[i].name; i++) {
		if (parsing->given[i])
			continue;
		if (option[i].required)
			return report_missing(parsing, &option[i]);
		if (option[i].fallback && option_store(parsing->call, &option[i], option[i].name,
						       option[i].fallback, parsing->out))
			return tsk_error(parsing->call);
	}
	return TSK_OK;
}

static struct parsing begin_parsing(struct tsk_call *call, struct settings *settings,
				    const struct tsk_command *command, const char *const *words,
				    size_t count, struct command_line *line)
{
	size_t rows = 0;

	while (command->options && command->options[rows].name)
		rows++;
	return (struct parsing){ .call = call,
				 .settings = settings,
				 .command = command,
				 .words = words,
				 .count = count,
				 .given = tsk_alloc(call, rows + 1),
				 .line = line };
}

enum tsk_status options_parse(struct tsk_call *call, struct settings *settings,
			      const struct tsk_command *command, const char *const *words,
			      size_t count, void *out, struct command_line *line)
{
	struct parsing parsing = begin_parsing(call, settings, command, words, count, line);

	parsing.out = out;
	if (take_all(&parsing))
		return tsk_error(call);
	return line->help || line->version ? TSK_OK : fill_in(&parsing);
}

/* In a call and settings of their own, which are thrown away. */
struct tsk_strings tsk_check_words(struct tsk_call *call, const struct tsk_command *command,
				   struct tsk_word *words, size_t count)
{
	struct settings settings = *call->settings;
	struct command_line line = { .command = command->name };
	struct tsk_lines missing = { .call = call };
	struct tsk_call inner;

	arena_init(&settings.arena);
	call_init(&inner, &settings, call->registry);
	const char **texts = tsk_alloc(&inner, (count + 1) * sizeof(*texts));
	for (size_t i = 0; i < count; i++)
		texts[i] = words[i].text;
	struct parsing parsing = begin_parsing(&inner, &settings, command, texts, count, &line);
	parsing.out = tsk_alloc(&inner, command->options_size);
	parsing.checked = words;
	take_all(&parsing);
	for (size_t i = 0; i < count; i++)
		words[i].problem = tsk_copy(call, words[i].problem);
	for (size_t i = 0; command->options && command->options[i].name; i++) {
		if (!command->options[i].required || parsing.given[i])
			continue;
		report_missing(&parsing, &command->options[i]);
		tsk_lines_push(&missing, tsk_copy(call, tsk_error_message(&inner)));
		tsk_forget_error(&inner);
	}
	call_release(&inner);
	settings_release(&settings);
	return tsk_lines_take(&missing);
}

enum tsk_status options_find_command(struct tsk_call *call, struct settings *settings,
				     const char *const *words, size_t count,
				     struct command_line *line)
{
	struct parsing parsing = {
		.call = call, .settings = settings, .words = words, .count = count, .line = line
	};

	while (parsing.at < count) {
		const char *word = words[parsing.at++];
		if (word[0] != '-') {
			line->command = word;
			line->rest = parsing.at;
			return TSK_OK;
		}
		if (word[1] == '-' ? take_long(&parsing, word) : take_short(&parsing, word))
			return tsk_error(call);
	}
	return TSK_OK;
}
