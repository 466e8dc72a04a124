/* doctor: the project itself: its parts, its dependencies, the address and the task queues that its
 * sources name. */
#include "doctor.h"

#include <string.h>
#include <unistd.h>

static bool there(struct tsk_call *call, const char *directory, const char *path)
{
	return !access(*path == '/' ? path : tsk_format(call, "%s/%s", directory, path), F_OK);
}

/* ---- layout ---- */

/* What shows that a source plays a part, under whatever name. */
static const struct {
	const char *name, *file, *pattern;
	bool needed;
} roles[ROLES] = {
	[ROLE_WORKER] = { "worker", "worker.py", "(^|[^A-Za-z0-9_])Worker\\(", true },
	[ROLE_STARTER] = { "starter", "starter.py", "\\.(start_workflow|execute_workflow)\\(",
			   true },
	[ROLE_WORKFLOW] = { "workflows", "workflow.py", "@(workflow\\.)?defn", true },
	[ROLE_ACTIVITIES] = { "activities", "activities.py", "@(activity\\.)?defn", false },
	[ROLE_SHARED] = { "shared types", "shared.py", "@dataclass|BaseModel|^[A-Z_]*TASK_QUEUE",
			  false },
};

bool source_plays(const struct source *source, enum role role)
{
	/* Both have @defn where they import it by name. */
	if (role == ROLE_WORKFLOW && !source_has(source, "workflow"))
		return false;
	if (role == ROLE_ACTIVITIES && !source_has(source, "activity"))
		return false;
	return source_has(source, roles[role].pattern);
}

/* Those that play a part: the project's own before its neighbours', and of each the one with the
 * runbook's name first. */
static const char *players(const struct sources *sources, enum role role)
{
	struct tsk_text text = { .call = sources->call };

	for (int turn = 0; turn < 4; turn++)
		for (size_t i = 0; i < sources->count; i++) {
			const struct source *source = &sources->items[i];
			const char *slash = strrchr(source->path, '/');
			bool named = !strcmp(slash ? slash + 1 : source->path, roles[role].file);
			bool own = strncmp(source->path, "../", 3) != 0;
			if (turn == (own ? 0 : 2) + (named ? 0 : 1) && source_plays(source, role))
				tsk_text_join(&text, ", ", "%s", source->path);
		}
	return tsk_text_value(&text);
}

static void check_layout(struct doctor *doctor, const struct sources *sources)
{
	struct tsk_call *call = doctor->call;
	struct tsk_text missing = { .call = call };
	struct tsk_text found = { .call = call };

	for (int role = 0; role < ROLES; role++) {
		const char *who = players(sources, role);
		if (*who)
			tsk_text_join(&found, "; ", "%s: %s", roles[role].name,
				      tsk_shorten(call, who, 120));
		else if (roles[role].needed)
			tsk_text_join(&missing, ", ", "%s (%s)", roles[role].name,
				      roles[role].file);
	}
	doctor_add(doctor, "layout", !missing.size, true,
		   tsk_format(call, "%zu sources", sources->count),
		   !missing.size ? tsk_text_value(&found)
				 : tsk_format(call, "no %s%s%s", tsk_text_value(&missing),
					      found.size ? "; " : "", tsk_text_value(&found)),
		   "temporal-skill new-project NAME");
}

/* ---- dependencies ---- */

static const char *const dependency_files[] = { "pyproject.toml", "requirements.txt", "setup.py",
						"setup.cfg",      "Pipfile",          NULL };

#define DEPENDENCIES_LARGEST ((size_t)1 << 20)

/* The file of a neighbour that has temporalio: whoever depends on it gets it with it. NULL: none.
 */
static const char *brought_by(struct tsk_call *call)
{
	size_t count;
	const struct tsk_neighbour *neighbours =
		tsk_neighbours(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), &count);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; dependency_files[k]; k++) {
			const char *text = tsk_checkout_file_read(
				call,
				tsk_format(call, "%s/%s", neighbours[i].directory,
					   dependency_files[k]),
				DEPENDENCIES_LARGEST, NULL);
			tsk_forget_error(call);
			if (text && strstr(text, "temporalio"))
				return tsk_format(call, "%s/%s brings it", neighbours[i].path,
						  dependency_files[k]);
		}
	return NULL;
}

static void check_dependencies(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *path = NULL, *seen = NULL;

	for (size_t i = 0; dependency_files[i]; i++) {
		const char *text = tsk_project_file(call, dependency_files[i], &path);
		if (!text)
			continue;
		seen = seen ? seen : path;
		if (strstr(text, "temporalio")) {
			doctor_add(doctor, "dependencies", true, true, "temporalio", path, NULL);
			return;
		}
	}
	const char *brought = brought_by(call);
	if (brought) {
		doctor_add(doctor, "dependencies", true, true, "temporalio", brought, NULL);
		return;
	}
	/* One that can import it runs; it only cannot be set up anew elsewhere. */
	doctor_add(doctor, "dependencies", false, !doctor->has_sdk || doctor->uses_uv, NULL,
		   seen ? tsk_format(call, "temporalio is not in %s", seen)
			: "no pyproject.toml or requirements.txt",
		   seen ? "uv add temporalio" : "uv init --bare && uv add temporalio");
}

/* ---- the address ---- */

static void check_address(struct doctor *doctor, const struct sources *sources)
{
	struct tsk_call *call = doctor->call;
	struct places *places = tsk_alloc(call, sizeof(*places));
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	struct tsk_text others = { .call = call };
	size_t same = 0, differ = 0;

	sources_addresses(sources, places);
	for (size_t i = 0; i < places->count; i++) {
		const struct place *place = &places->items[i];
		if (tsk_address_same(place->text, address)) {
			same++;
			continue;
		}
		if (differ++ < 5)
			tsk_text_join(&others, ", ", "%s:%d has '%s'", place->path, place->line,
				      place->text);
	}
	doctor_add(doctor, "address", !differ, true, address,
		   differ ? tsk_text_value(&others)
		   : same ? "the sources name it, too: better take it from TEMPORAL_ADDRESS"
			  : "no other one stands in the sources",
		   "in the sources: ClientConfig.load_client_connect_config() of "
		   "temporalio.envconfig, or "
		   "os.environ[\"TEMPORAL_ADDRESS\"]");
}

/* ---- the task queues ---- */

static bool in_workers(const struct sources *sources, const struct places *workers,
		       const char *queue)
{
	for (size_t i = 0; i < workers->count; i++)
		if (!strcmp(workers->items[i].text, queue))
			return true;
	/* It may come by another way than task_queue=, from a list for instance. */
	for (size_t i = 0; i < sources->count; i++)
		if (source_plays(&sources->items[i], ROLE_WORKER) &&
		    (strstr(sources->items[i].text, tsk_format(sources->call, "\"%s\"", queue)) ||
		     strstr(sources->items[i].text, tsk_format(sources->call, "'%s'", queue))))
			return true;
	return false;
}

static const char *names_text(struct tsk_call *call, const struct places *places)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < places->count && i < 5; i++) {
		size_t before = 0;
		while (before < i && strcmp(places->items[before].text, places->items[i].text) != 0)
			before++;
		if (before == i)
			tsk_text_join(&text, ", ", "'%s'", places->items[i].text);
	}
	return tsk_text_value(&text);
}

/* What the project's running workers say themselves, where the sources say nothing. */
static void queues_of_running(struct tsk_call *call, struct places *places)
{
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	tsk_forget_error(call);
	for (; record && record->kind; record++) {
		if (strcmp(record->scope, tsk_setting(call, TSK_SETTING_PROJECT_DIR)) != 0 ||
		    tsk_record_whereabouts(call, record) != TSK_RUNS)
			continue;
		const struct tsk_passport passport = tsk_passport_read(
			call, record, tsk_process_tree(call, &record->process, NULL));
		for (size_t i = 0; i < passport.count && places->count < SOURCES_MOST; i++)
			places->items[places->count++] =
				(struct place){ .text = passport.workers[i].task_queue };
	}
}

static void check_queues(struct doctor *doctor, const struct sources *sources)
{
	struct tsk_call *call = doctor->call;
	struct places *workers = tsk_alloc(call, sizeof(*workers));
	struct places *starters = tsk_alloc(call, sizeof(*starters));
	bool worker_unknown = false, starter_unknown = false, told = false;
	const struct place *wrong = NULL;

	for (size_t i = 0; i < sources->count; i++) {
		const struct source *source = &sources->items[i];
		if (source_plays(source, ROLE_WORKER))
			source_queues(sources, source, workers, &worker_unknown);
		if (source_plays(source, ROLE_STARTER))
			source_queues(sources, source, starters, &starter_unknown);
	}
	if (!workers->count || worker_unknown) {
		const size_t before = workers->count;
		queues_of_running(call, workers);
		told = workers->count > before;
		worker_unknown &= !told;
	}
	for (size_t i = 0; i < starters->count && !wrong; i++)
		if (!in_workers(sources, workers, starters->items[i].text))
			wrong = &starters->items[i];
	const char *polled = names_text(call, workers);
	/* Where a queue is not a plain name, only running it shows which it is. */
	if (!workers->count || (wrong && worker_unknown) || (!starters->count && !wrong))
		doctor_skip(doctor, "task-queue",
			    "the sources do not name worker's and starter's queue in plain text");
	else if (wrong)
		doctor_add(doctor, "task-queue", false, true, polled,
			   tsk_format(call, "%s:%d starts on '%s', which no %s has", wrong->path,
				      wrong->line, wrong->text,
				      told ? "running worker" : "worker source"),
			   tsk_format(call, "in %s:%d: task_queue=%s", wrong->path, wrong->line,
				      polled));
	else
		doctor_add(doctor, "task-queue", true, true, polled,
			   told              ? "the running worker says so, and the starter agrees"
			   : starter_unknown ? "as far as the sources tell"
					     : "worker and starter agree",
			   NULL);
}

/* ---- all ---- */

void doctor_project(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct sources *sources = tsk_alloc(call, sizeof(*sources));

	sources_read(call, directory, sources);
	bool is_project = sources->count || there(call, directory, "pyproject.toml") ||
			  there(call, directory, "temporal-skill.ini");
	if (!is_project && !doctor->directory_given) {
		doctor_skip(doctor, "layout", "no Python project in this directory");
		return;
	}
	check_layout(doctor, sources);
	check_dependencies(doctor);
	doctor_commands(doctor, sources);
	check_address(doctor, sources);
	check_queues(doctor, sources);
	doctor_workflows(doctor);
}
