/* Commands as they must be typed where the caller stands. */
#include "call/call.h"

#include "installation.h"
#include "settings/values.h"

#include <string.h>

/* Flags whose values others chose, and how each is spelled with '='. */
static const char *const others[][2] = {
	{ "-w", "--workflow-id" },
	{ "-r", "--run-id" },
	{ "--workflow-id", "--workflow-id" },
	{ "--name", "--name" },
	{ "--signal-name", "--signal-name" },
	{ "--update-name", "--update-name" },
	{ "--task-queue", "--task-queue" },
};

/* The length of a word as tsk_quote wrote it: bare, '…' with '\'' in it, or "…". */
static size_t word_length(const char *at)
{
	const char *begin = at;
	char quote = '\0';

	for (; *at && (quote || *at != ' '); at++) {
		if (!quote && *at == '\\' && at[1])
			at++;
		else if (quote ? *at == quote : (*at == '\'' || *at == '"'))
			quote = quote ? '\0' : *at;
	}
	return (size_t)(at - begin);
}

static bool begins_with_hyphen(const char *value)
{
	static const char escaped[] = "\"$(printf '\\055";

	return value[*value == '\''] == '-' || !strncmp(value, escaped, strlen(escaped));
}

/* The spelling with '=' of a flag whose value, behind it, would be taken for a flag itself. */
static const char *joined_spelling(const char *flag, size_t length, const char *value)
{
	if (!begins_with_hyphen(value))
		return NULL;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strlen(others[i][0]) == length && !strncmp(others[i][0], flag, length))
			return others[i][1];
	return NULL;
}

/* What follows the command's name, with each word behind one blank. */
static const char *with_safe_values(struct tsk_call *call, const char *rest)
{
	const char *safe = "";

	while (*rest) {
		size_t blanks = strspn(rest, " "), length = word_length(rest + blanks);
		const char *word = rest + blanks, *value = word + length + (word[length] == ' ');
		const char *joined = joined_spelling(word, length, value);
		size_t taken = joined ? word_length(value) : 0;
		safe = joined ? tsk_format(call, "%s %s=%.*s", safe, joined, (int)taken, value)
			      : tsk_format(call, "%s%.*s", safe, (int)(blanks + length), rest);
		rest = joined ? value + taken : word + length;
	}
	return safe;
}

/* Set by the scripts in skills/scripts: the folder they were called in, so that what is printed can
 * be pasted there. */
static const char *script_command(struct tsk_call *call, const char *words)
{
	const char *scripts = places_scripts();
	size_t length = strcspn(words, " ");

	if (!*scripts)
		return NULL;
	return tsk_format(call, "%s/%.*s.sh%s%s", tsk_quote(call, scripts), (int)length, words,
			  call->settings->flags, with_safe_values(call, words + length));
}

const char *tsk_command_as_typed(struct tsk_call *call, const char *command)
{
	static const char ours[] = "temporal-skill ";

	if (strncmp(command, ours, strlen(ours)) != 0)
		return command;
	const char *words = command + strlen(ours);
	const char *script = script_command(call, words);
	size_t length = strcspn(words, " ");
	return script ? script
		      : tsk_format(call, "%s %.*s%s%s", tsk_program_spelling(call), (int)length,
				   words, call->settings->flags,
				   with_safe_values(call, words + length));
}

const char *tsk_spell(struct tsk_call *call, const char *command)
{
	return tsk_command_as_typed(call, command);
}
