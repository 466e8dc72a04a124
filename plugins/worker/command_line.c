/* What a command line runs: the launchers and interpreters in front are taken off, so that the same
 * worker is known again however it was started. */
#include "worker.h"

#include <string.h>
#include <strings.h>

/* The program or module that is run, and its arguments. */
struct target {
	const char *word;
	bool is_python;          /* behind python, or uv and the like */
	bool by_python;          /* behind python itself */
	bool is_module;          /* of -m */
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
		target->is_python = target->by_python = true;
		at = skip_options(at + 1, python_values);
	}
	if (!*at || strcmp(*at, "-c") == 0)
		return false;
	if (strcmp(*at, "-m") == 0 || strcmp(*at, "--module") == 0) {
		target->is_module = true;
		at++;
	}
	if (!*at)
		return false;
	target->word = *at;
	target->rest = at + 1;
	return true;
}

/* ---- what is run, as a place in the project ---- */

/* "./worker.py", "src/orders/worker.py" and `-m orders.worker` as "worker", "orders/worker",
 * "orders/worker": without the ending, and without src/, where modules are looked for as well. */
static const char *place_name(struct tsk_call *call, const struct command_place *place,
			      const struct target *target, const char *working)
{
	char *name = tsk_copy(call, target->word);
	size_t length = strlen(name), root = strlen(place->directory);
	const char *front = "", *found = name;

	if (target->is_module)
		for (char *at = name; *at; at++)
			*at = *at == '.' ? '/' : *at;
	else if (length > 3 && strcmp(name + length - 3, ".py") == 0)
		name[length - 3] = '\0';
	while (strncmp(found, "./", 2) == 0)
		found += 2;
	if (working && lies_in(working, place->directory) && strcmp(place->directory, "/") != 0 &&
	    *found != '/' && working[root] == '/')
		front = tsk_format(call, "%s/", working + root + 1);
	else if (*found == '/' && lies_in(found, place->directory))
		found += root + (found[root] == '/');
	found = tsk_format(call, "%s%s", front, found);
	return strncmp(found, "src/", 4) == 0 ? found + 4 : found;
}

/* "worker" of `uv run worker` and of "/x/.venv/bin/worker": no file of the project, but what is
 * made of [project.scripts]. */
static bool is_entry_point(const struct target *target)
{
	size_t length = strlen(target->word);

	return !target->is_module &&
	       (length < 3 || strcmp(target->word + length - 3, ".py") != 0) &&
	       (!target->by_python || strstr(target->word, "/bin/"));
}

static enum likeness compare_targets(struct tsk_call *call, const struct command_place *place,
				     const struct target *wanted, const struct target *found)
{
	const bool wanted_entry = is_entry_point(wanted), found_entry = is_entry_point(found);
	const char *one =
		wanted_entry ? base_name(wanted->word) : place_name(call, place, wanted, NULL);
	const char *other = found_entry ? base_name(found->word)
					: place_name(call, place, found, place->working);

	if (strcmp(one, other) == 0)
		return RUNS_THE_SAME;
	if (wanted_entry != found_entry && strcmp(base_name(one), base_name(other)) == 0)
		return RUNS_ALIKE;
	return RUNS_OTHER;
}

const char *script_of(const struct tsk_strings *words)
{
	struct target target;

	if (!find_target(words, &target) || !target.is_python || is_entry_point(&target) ||
	    target.is_module)
		return NULL;
	return target.word;
}

/* ---- comparing ---- */

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

enum likeness how_alike(struct tsk_call *call, const struct command_place *place,
			const struct tsk_strings *command, const struct tsk_strings *process)
{
	struct target wanted, found;

	if (same_words(command, process))
		return RUNS_THE_SAME;
	if (!find_target(command, &wanted) || !find_target(process, &found) || !wanted.is_python ||
	    !found.is_python || !same_arguments(&wanted, &found))
		return RUNS_OTHER;
	return compare_targets(call, place, &wanted, &found);
}

enum likeness most_alike(struct tsk_call *call, const struct command_place *place,
			 const struct own_workers *own, const struct tsk_strings *process,
			 const struct own_worker **which)
{
	enum likeness most = RUNS_OTHER;

	for (size_t i = 0; i < own->count; i++) {
		const struct own_worker *one = &own->items[i];
		enum likeness likeness = how_alike(call, place, &one->command, process);
		if (likeness < most || likeness == RUNS_OTHER ||
		    (likeness == most && one->command.count <= (*which)->command.count))
			continue;
		most = likeness;
		*which = one;
	}
	return most;
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
