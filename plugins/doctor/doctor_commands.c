/* doctor: the commands of workers and starter: whether they run, and which would be right. */
#include "doctor.h"

#include <string.h>
#include <unistd.h>

static bool there(struct tsk_call *call, const char *directory, const char *path)
{
	return !access(*path == '/' ? path : tsk_format(call, "%s/%s", directory, path), F_OK);
}

/* ---- a command that cannot be run ---- */

/* The word that uv runs: the first that is no flag and no flag's value. */
static size_t uv_word(const struct tsk_strings *words)
{
	static const char *const with_value[] = { "--with",      "--project", "--directory",
						  "--python",    "-p",        "--env-file",
						  "--extra",     "--group",   "--package",
						  "--index-url", NULL };
	size_t at = 2;

	for (; at < words->count && words->items[at][0] == '-'; at++)
		for (size_t i = 0; with_value[i]; i++)
			if (!strcmp(words->items[at], with_value[i])) {
				at++;
				break;
			}
	return at;
}

static bool is_python(const char *word)
{
	const char *slash = strrchr(word, '/');

	return !strncmp(slash ? slash + 1 : word, "python", strlen("python"));
}

/* Why a command cannot be run in the project, or NULL. */
static const char *command_problem(struct doctor *doctor, const struct tsk_strings *words)
{
	struct tsk_call *call = doctor->call;
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const char *first = words->items[0];
	size_t at = 0;

	if (strchr(first, '/') ? !there(call, directory, first) : !tsk_find_program(call, first))
		return tsk_format(call, "there is no program '%s'", first);
	if (words->count > 2 && !strcmp(first, "uv") && !strcmp(words->items[1], "run"))
		at = uv_word(words);
	if (at >= words->count)
		return NULL;
	const char *what = words->items[at];
	if (is_python(what) && at + 1 < words->count && words->items[at + 1][0] != '-')
		what = words->items[at + 1];
	else if (is_python(what) || at == 0)
		return NULL;
	bool is_script = strlen(what) > 3 && !strcmp(what + strlen(what) - 3, ".py");
	if (is_script || is_python(words->items[at]))
		return there(call, directory, what)
			       ? NULL
			       : tsk_format(call, "there is no '%s' in %s", what, directory);
	if (tsk_entry_point(call, what) || tsk_find_program(call, what) ||
	    there(call, directory, tsk_format(call, ".venv/bin/%s", what)))
		return NULL;
	return tsk_format(call,
			  "uv finds no '%s': it is no entry in [project.scripts] of a "
			  "pyproject.toml with a [build-system]",
			  what);
}

/* Where the INI file's runs name their starters, the one of the settings is not used. */
static bool starter_is_used(struct tsk_call *call)
{
	size_t count = 0;
	const struct tsk_ini_entry *entries = tsk_ini_entries(call, "run", &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(entries[i].key, "starter"))
			return false;
	return true;
}

/* ---- the source that is to be run ---- */

static bool source_ends(const struct sources *sources, const struct source *source)
{
	return tsk_runs_to_its_end(tsk_source_parts(sources->call, source->text));
}

static bool is_own(const struct source *source)
{
	return strncmp(source->path, "../", strlen("../")) != 0;
}

static bool is_named(const struct source *source, const char *name)
{
	const char *slash = strrchr(source->path, '/');

	return !strcmp(slash ? slash + 1 : source->path, name);
}

/* How well a source is run in that role; 0: not at all. A worker stays, and a starter does not:
 * what is both and stays serves. */
static int fitness(const struct sources *sources, const struct source *source, enum role role)
{
	const bool works = source_plays(source, ROLE_WORKER);
	const char *name = role == ROLE_WORKER ? "worker.py" : "starter.py";

	if (!source_plays(source, role) || (role == ROLE_WORKER && source_ends(sources, source)) ||
	    (role == ROLE_STARTER && works && !source_ends(sources, source)))
		return 0;
	return 1 + 4 * is_own(source) + 2 * is_named(source, name) +
	       (role == ROLE_STARTER && !works);
}

/* The best of them that is none of the taken ones (NULL: none is), NULL: there is none. */
static const struct source *source_for(const struct sources *sources, enum role role,
				       const struct tsk_lines *taken)
{
	const struct source *best = NULL;
	int fits = 0;

	for (size_t i = 0; i < sources->count; i++) {
		int fit = fitness(sources, &sources->items[i], role);
		if (fit > fits && !(taken && tsk_lines_hold(taken, sources->items[i].path)))
			best = &sources->items[i];
		fits = fit > fits ? fit : fits;
	}
	return best;
}

/* ---- the rows ---- */

struct command_row {
	const char *name;
	const char *place; /* in the INI file: "[project]: worker_cmd" */
	const char *text, *origin;
	enum role role;
	const struct tsk_strings *words;
	const struct tsk_lines *taken; /* sources that others run; NULL */
};

static void check_command(struct doctor *doctor, const struct sources *sources,
			  const struct command_row *row, const char *problem)
{
	struct tsk_call *call = doctor->call;
	const struct source *source = source_for(sources, row->role, row->taken);

	if (!problem)
		problem = row->words->count ? command_problem(doctor, row->words)
					    : "it cannot be split into words";
	const char *command = source ? tsk_source_command(call, source->path, source->text)
				     : tsk_format(call, "uv run python %s.py",
						  row->role == ROLE_WORKER ? "worker" : "starter");
	doctor_add(doctor, row->name, !problem, row->role == ROLE_WORKER || starter_is_used(call),
		   row->text, problem ? problem : row->origin,
		   tsk_format(call, "in temporal-skill.ini, %s = %s", row->place, command));
}

/* ---- workers ---- */

/* Those of the project, with the words and the source of each command. */
struct commanded {
	const struct tsk_project_worker *workers;
	struct tsk_strings *words;
	const char **sources; /* NULL: not known */
	size_t count;
};

static enum tsk_status read_workers(struct tsk_call *call, struct commanded *all)
{
	if (tsk_project_workers(call, &all->workers, &all->count))
		return tsk_error(call);
	all->words = tsk_alloc(call, all->count * sizeof(*all->words));
	all->sources = tsk_alloc(call, all->count * sizeof(*all->sources));
	for (size_t i = 0; i < all->count; i++) {
		if (tsk_split_words(call, "worker_cmd", all->workers[i].command, &all->words[i]))
			all->words[i] = (struct tsk_strings){ .count = 0 };
		else
			all->sources[i] = tsk_command_source(call, &all->words[i]);
		tsk_forget_error(call);
	}
	return TSK_OK;
}

/* A command that was set and whose source runs to its end keeps no worker. */
static bool runs_to_its_end(struct tsk_call *call, const char *path)
{
	const char *text = path ? tsk_project_source(call, path) : NULL;

	return text && tsk_runs_to_its_end(tsk_source_parts(call, text));
}

static void check_worker(struct doctor *doctor, const struct sources *sources,
			 const struct commanded *all, size_t which)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_project_worker *worker = &all->workers[which];
	const char *source = all->sources[which];
	struct tsk_lines taken = { .call = call };

	for (size_t i = 0; i < all->count; i++)
		if (i != which && all->sources[i])
			tsk_lines_push(&taken, all->sources[i]);
	const struct command_row row = {
		.name = *worker->name ? tsk_format(call, "worker-command %s", worker->name)
				      : "worker-command",
		.place = worker->in_section ? tsk_format(call, "[worker %s]: command", worker->name)
					    : "[project]: worker_cmd",
		.text = worker->command,
		.origin = worker->origin,
		.role = ROLE_WORKER,
		.words = &all->words[which],
		.taken = &taken,
	};
	if (!runs_to_its_end(call, source)) {
		check_command(doctor, sources, &row, NULL);
		return;
	}
	const char *problem = tsk_format(
		call,
		"%s is worker and starter in one, and runs to its end: it is no worker to keep",
		source);
	if (source_for(sources, ROLE_WORKER, &taken))
		check_command(doctor, sources, &row, problem);
	else
		doctor_add(doctor, row.name, false, true, row.text, problem,
			   worker->in_section
				   ? tsk_format(call, "in temporal-skill.ini, remove [worker %s]",
						worker->name)
				   : "in temporal-skill.ini, [project]: worker_cmd = none");
}

static void check_workers(struct doctor *doctor, const struct sources *sources)
{
	struct tsk_call *call = doctor->call;
	struct commanded all;
	struct tsk_no_worker none;

	if (tsk_keeps_no_worker(call, &none)) {
		doctor_add(doctor, "worker-command", true, false, "none",
			   tsk_format(call, "%s: there is no worker to keep", none.why), NULL);
		return;
	}
	if (read_workers(call, &all)) {
		doctor_add(doctor, "worker-command", false, true, NULL,
			   tsk_copy(call, tsk_error_message(call)), NULL);
		tsk_forget_error(call);
		return;
	}
	for (size_t i = 0; i < all.count; i++)
		check_worker(doctor, sources, &all, i);
}

/* ---- starter ---- */

/* The application that starts workflows where it serves; NULL: it is not that way. */
static const struct source *serving(const struct sources *sources)
{
	for (size_t i = 0; i < sources->count && !source_for(sources, ROLE_STARTER, NULL); i++)
		if (source_plays(&sources->items[i], ROLE_STARTER))
			return &sources->items[i];
	return NULL;
}

static void check_starter(struct doctor *doctor, const struct sources *sources)
{
	struct tsk_call *call = doctor->call;
	const struct command_row row = {
		.name = "starter-command",
		.place = "[project]: starter_cmd",
		.text = tsk_setting(call, TSK_SETTING_STARTER_CMD),
		.origin = tsk_setting_origin(call, TSK_SETTING_STARTER_CMD),
		.role = ROLE_STARTER,
		.words = &doctor->starter,
	};
	const bool known = tsk_command_is_known(call, TSK_SETTING_STARTER_CMD);
	const struct source *served = known ? NULL : serving(sources);
	struct tsk_no_worker none;

	if (served)
		doctor_skip(doctor, row.name,
			    tsk_format(call,
				       "%s starts workflows, and stays: what asks it to is the "
				       "starter (run-starter -- COMMAND)",
				       served->path));
	else if (!known && tsk_keeps_no_worker(call, &none) && none.command)
		doctor_add(doctor, row.name, true, starter_is_used(call), none.command,
			   tsk_format(call, "%s is the project's one program", none.source), NULL);
	else
		check_command(doctor, sources, &row, NULL);
}

void doctor_commands(struct doctor *doctor, const struct sources *sources)
{
	check_workers(doctor, sources);
	check_starter(doctor, sources);
}
