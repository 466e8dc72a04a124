/* Commands as they must be typed where the caller stands. */
#include "call/call.h"

#include "installation.h"
#include "settings/values.h"

#include <string.h>

/* What follows the command's name. A workflow id that begins with a hyphen would be taken for a
 * flag behind -w. */
static const char *with_safe_id(struct tsk_call *call, const char *rest)
{
	static const char letter[] = " -w ";

	if (strncmp(rest, letter, strlen(letter)) != 0)
		return rest;
	const char *value = rest + strlen(letter), *first = value;
	/* Past the quotes of tsk_quote: '…' or $'…'. */
	if (first[0] == '$' && first[1] == '\'')
		first++;
	if (*first == '\'')
		first++;
	return *first == '-' ? tsk_format(call, " --workflow-id=%s", value) : rest;
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
			  call->settings->flags, with_safe_id(call, words + length));
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
				   with_safe_id(call, words + length));
}

const char *tsk_spell(struct tsk_call *call, const char *command)
{
	return tsk_command_as_typed(call, command);
}
