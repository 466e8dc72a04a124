/* Which flag a word is: one of the command, a setting's, --help, --version, or one that is ignored.
 */
#include "known_flag.h"

#include "settings/table.h"

#include <temporal-skill/result.h>

#include <string.h>

static bool named(const char *name, const char *word, size_t length)
{
	return name && strlen(name) == length && !strncmp(name, word, length);
}

static bool find_in(const struct tsk_option *options, const char *name, size_t length, char letter,
		    struct known_flag *found)
{
	for (; options && options->name; options++) {
		if (options->positional)
			continue;
		if (letter ? options->letter == letter : named(options->name, name, length)) {
			*found = (struct known_flag){ .option = options,
						      .setting = -1,
						      .takes_value = options->type != TSK_FLAG };
			return true;
		}
	}
	return false;
}

static bool find_setting(const char *name, size_t length, char letter, struct known_flag *found)
{
	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const struct setting_row *row = settings_row(i);
		if (!*row->info.flag)
			continue;
		if (letter ? row->letter == letter : named(row->info.flag + 2, name, length)) {
			*found = (struct known_flag){ .setting = i,
						      .takes_value = row->type != TSK_FLAG };
			return true;
		}
	}
	return false;
}

bool find_flag(const struct tsk_command *command, const char *name, size_t length, char letter,
	       struct known_flag *found)
{
	if (find_in(command ? command->options : NULL, name, length, letter, found))
		return true;
	if (find_setting(name, length, letter, found))
		return true;
	if (letter == 'h' || (!letter && named("help", name, length))) {
		*found = (struct known_flag){ .setting = -1, .help = true };
		return true;
	}
	if (!letter && named("version", name, length)) {
		*found = (struct known_flag){ .setting = -1, .version = true };
		return true;
	}
	if (!letter && find_in(settings_ignored_flags(), name, length, 0, found)) {
		found->ignored = true;
		return true;
	}
	return false;
}

bool find_global_flag(const char *name, struct known_flag *found)
{
	return find_setting(name, strlen(name), 0, found);
}

const char *nearest_flag(struct tsk_call *call, const struct tsk_command *command, const char *word)
{
	const char *names[256];
	size_t count = 0, most = sizeof(names) / sizeof(*names) - 3;

	for (const struct tsk_option *option = command ? command->options : NULL;
	     option && option->name && count < most; option++)
		if (!option->positional)
			names[count++] = option->name;
	for (int i = 0; i < TSK_SETTING_COUNT_ && count < most; i++)
		if (*settings_row(i)->info.flag)
			names[count++] = settings_row(i)->info.flag + 2;
	names[count++] = "help";
	names[count] = NULL;
	return tsk_nearest(tsk_copy(call, word + strspn(word, "-")), names);
}
