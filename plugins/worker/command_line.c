/* What a command line runs: the launchers and interpreters in front are taken off, so that the same
 * worker is known again however it was started. */
#include "worker.h"

#include <string.h>
#include <strings.h>

/* The program or module that is run, and its arguments. */
struct target {
	const char *word;
	bool is_python;          /* behind python, or uv and the like */
	const char *const *rest; /* ends with NULL */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static const char *const launchers[] = { "uv",     "uvx", "poetry", "pdm",
					 "pipenv", "rye", "hatch",  NULL };

static bool is_python(const char *program)
{
	return strncmp(program, "python", 6) == 0 || strncmp(program, "pypy", 4) == 0;
}

/* ---- taking off what stands in front ---- */

/* Options of the launchers that take the next word as their value; a new one that is missing here
 * makes us miss a worker that was started by hand, no more. */
static const char *const launcher_values[] = { "--with",
					       "--with-editable",
					       "--with-requirements",
					       "--python",
					       "-p",
					       "--project",
					       "--extra",
					       "--directory",
					       "--env-file",
					       "--group",
					       "--index",
					       "--index-url",
					       "--config-file",
					       "--package",
					       "-C",
					       "-P",
					       NULL };
static const char *const python_values[] = { "-X", "-W", "--check-hash-based-pycs", NULL };

/* Past the options; stops at a module option, too. */
static const char *const *skip_options(const char *const *words, const char *const *with_value)
{
	while (*words && **words == '-' && strcmp(*words, "-m") != 0 &&
	       strcmp(*words, "--module") != 0 && strcmp(*words, "-c") != 0) {
		bool takes_value = is_one_of(*words, with_value);
		words++;
		if (takes_value && *words)
			words++;
	}
	return words;
}

/* uv run [OPTION...] COMMAND; the others have no more than that, either. */
static const char *const *skip_launcher(const char *const *words)
{
	const char *const *at = skip_options(words + 1, launcher_values);

	if (!*at || strcmp(*at, "run") != 0)
		return words;
	return skip_options(at + 1, launcher_values);
}

static bool find_target(const struct tsk_strings *words, struct target *target)
{
	const char *const *at = words->items;

	*target = (struct target){ .word = NULL };
	if (!words->count)
		return false;
	/* env puts itself out of the way, with the assignments before the program. */
	if (strcmp(base_name(*at), "env") == 0)
		for (at++; *at && strchr(*at, '=') && **at != '-';)
			at++;
	if (*at && is_one_of(base_name(*at), launchers)) {
		const char *const *after = skip_launcher(at);
		target->is_python = after != at;
		at = after;
	}
	if (*at && is_python(base_name(*at))) {
		target->is_python = true;
		at = skip_options(at + 1, python_values);
	}
	if (!*at || strcmp(*at, "-c") == 0)
		return false;
	if (strcmp(*at, "-m") == 0 || strcmp(*at, "--module") == 0)
		at++;
	if (!*at)
		return false;
	target->word = *at;
	target->rest = at + 1;
	return true;
}

/* ---- comparing ---- */

/* "worker" of "/x/bin/worker", "worker.py", "app.worker". */
static size_t short_name(const char *word, const char **name)
{
	*name = base_name(word);
	size_t length = strlen(*name);
	if (length > 3 && strcmp(*name + length - 3, ".py") == 0)
		length -= 3;
	for (size_t i = length; i > 0; i--)
		if ((*name)[i - 1] == '.') {
			*name += i;
			length -= i;
			break;
		}
	return length;
}

static bool names_a_worker(const char *word)
{
	return strcasestr(base_name(word), "worker") != NULL;
}

/* The process may have more arguments than the command where they cannot make another thing of it:
 * `manage.py web` is not `manage.py`, but `worker --queue q` is `worker`. */
static bool same_arguments(const struct target *command, const struct target *process)
{
	const char *const *one = command->rest, *const *other = process->rest;

	for (; *one; one++, other++)
		if (!*other || strcmp(*one, *other) != 0)
			return false;
	return !*other || (**other == '-' && names_a_worker(command->word));
}

static bool same_words(const struct tsk_strings *one, const struct tsk_strings *other)
{
	if (!one->count || one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

bool runs_the_same(const struct tsk_strings *command, const struct tsk_strings *process)
{
	struct target wanted, found;
	const char *wanted_name, *found_name;

	if (same_words(command, process))
		return true;
	if (!find_target(command, &wanted) || !find_target(process, &found) || !wanted.is_python ||
	    !found.is_python)
		return false;
	size_t length = short_name(wanted.word, &wanted_name);
	return short_name(found.word, &found_name) == length &&
	       strncmp(wanted_name, found_name, length) == 0 && same_arguments(&wanted, &found);
}

bool is_launcher(const struct tsk_process_info *process)
{
	return is_one_of(process->name, launchers);
}

bool looks_like_worker(const struct tsk_process_info *process)
{
	struct target target;

	return find_target(&process->words, &target) && target.is_python &&
	       names_a_worker(target.word);
}
