/* check-workflows: what in the workflow code breaks a replay or is refused, before anything runs.
 */
#include "linters.h"

#include <temporal-skill/process.h>
#include <temporal-skill/project_trust.h>
#include <temporal-skill/static_check.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_MS 30000

struct check_options {
	const char *level;
	bool linters;
	struct tsk_strings rules;
	struct tsk_strings paths;
};

static const char *const levels[] = { "error", "warning", "info", NULL };

#define AT(field) .at = offsetof(struct check_options, field)
static const struct tsk_option options[] = {
	{ .name = "level",
	  .type = TSK_CHOICE,
	  AT(level),
	  .argument = "LEVEL",
	  .choices = levels,
	  .help = "what is told: this level and the graver ones",
	  .fallback = "info" },
	{ .name = "rule",
	  .type = TSK_LIST,
	  AT(rules),
	  .argument = "RULE",
	  .help = "only what this rule finds" },
	{ .name = "linters",
	  .type = TSK_FLAG,
	  AT(linters),
	  .help = "run the project's ruff and mypy also where it is not trusted" },
	{ .name = "path",
	  .type = TSK_LIST,
	  AT(paths),
	  .argument = "PATH",
	  .help = "files and folders (default: the project's sources)",
	  .positional = true },
	{ 0 },
};

struct told {
	struct tsk_call *call;
	const struct check_options *options;
	cJSON *list;
	const char *project; /* without links */
	size_t count, errors, warnings;
	const char *first; /* place and message of the gravest */
	int first_rank;
};

static int rank(const char *level)
{
	int at = 0;

	while (levels[at] && strcmp(levels[at], level) != 0)
		at++;
	return at;
}

static bool is_wanted(const struct check_options *o, const char *level, const char *rule)
{
	bool named = !o->rules.count;

	for (size_t i = 0; i < o->rules.count && !named; i++)
		named = !strcmp(o->rules.items[i], rule);
	return named && rank(level) <= rank(o->level);
}

/* A row; NULL: it is not wanted. */
static cJSON *tell(struct told *told, const char *level, const char *rule, const char *place,
		   const char *message, const char *fix)
{
	if (!is_wanted(told->options, level, rule))
		return NULL;
	cJSON *row = tsk_append_object(told->list);
	tsk_set(row, "level", level);
	tsk_set(row, "rule", rule);
	tsk_set(row, "place", place);
	tsk_set(row, "message", message);
	tsk_set(row, "fix", fix);
	if (!told->count++ || rank(level) < told->first_rank) {
		told->first_rank = rank(level);
		told->first = tsk_format(told->call, "%s: %s", place, message);
	}
	told->errors += !strcmp(level, "error");
	told->warnings += !strcmp(level, "warning");
	return row;
}

static void tell_findings(struct told *told, const struct tsk_static_check *check)
{
	for (size_t i = 0; i < check->count; i++) {
		const struct tsk_static_finding *finding = &check->findings[i];
		const char *place = tsk_format(told->call, "%s:%d", finding->path, finding->line);
		cJSON *row = tell(told, finding->level, finding->rule, place, finding->message,
				  finding->fix);
		if (!row)
			continue;
		tsk_set(row, "workflow", finding->workflow);
		tsk_set(row, "function", finding->function);
		tsk_set(row, "tool", NULL);
	}
}

static void tell_lint(void *what, const struct lint *lint)
{
	struct told *told = what;
	const size_t length = strlen(told->project);
	const char *path = lint->path;

	if (!strncmp(path, told->project, length) && path[length] == '/')
		path += length + 1;
	cJSON *row =
		tell(told, lint->level, lint->rule,
		     tsk_format(told->call, "%s:%d", path, lint->line), lint->message, lint->fix);
	if (!row)
		return;
	tsk_set(row, "workflow", NULL);
	tsk_set(row, "function", NULL);
	tsk_set(row, "tool", lint->tool);
}

/* ---- which files ---- */

static enum tsk_status given_paths(struct tsk_call *call, const struct tsk_strings *given,
				   struct tsk_lines *paths)
{
	char real[PATH_MAX];

	for (size_t i = 0; i < given->count; i++) {
		if (!realpath(given->items[i], real))
			return tsk_fail(call, TSK_NOT_FOUND, "cannot look at '%s': no such file",
					given->items[i]);
		tsk_lines_add(paths, "%s", real);
	}
	return TSK_OK;
}

/* ---- the answer ---- */

static enum tsk_status say_answer(struct told *told, const struct tsk_static_check *check)
{
	struct tsk_call *call = told->call;
	const char *workflows = tsk_count_text(call, (int64_t)check->workflows, "workflow");

	if (!check->workflows && !told->count) {
		tsk_verdict(call, "no_workflows", "no workflows of the Python SDK here");
		return TSK_OK;
	}
	if (!told->count) {
		tsk_verdict(call, "ok", "%s in %s: nothing found", workflows,
			    tsk_count_text(call, (int64_t)check->files.count, "file"));
		return TSK_OK;
	}
	tsk_verdict(call,
		    told->errors     ? "errors"
		    : told->warnings ? "warnings"
				     : "notes",
		    "%s%s; first: %s", tsk_count_text(call, (int64_t)told->count, "finding"),
		    check->workflows_touched
			    ? tsk_format(call, " in %zu of %s", check->workflows_touched, workflows)
			    : "",
		    told->first);
	return told->errors ? TSK_NEGATIVE : TSK_OK;
}

static void lint_files(struct told *told, const struct tsk_static_check *check,
		       struct tsk_lines *not_run)
{
	struct tsk_call *call = told->call;

	if (!check->files.count || !linters_are_used(call))
		return;
	/* Their settings name plugins, and they lie in the checkout themselves: both are code. */
	if (told->options->linters || tsk_project_is_trusted(call))
		run_linters(call, &check->files, tell_lint, told, not_run);
	else
		tsk_lines_add(not_run, "ruff and mypy: the project is not trusted, and they run "
				       "its code (--linters runs them)");
}

static enum tsk_status check_workflows(struct tsk_call *call, const void *given)
{
	const struct check_options *o = given;
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct tsk_lines paths = { .call = call }, not_run = { .call = call };
	char project[PATH_MAX];
	struct told told = { .call = call,
			     .options = o,
			     .project = realpath(directory, project) ? project : directory };
	struct tsk_static_check check;

	if (given_paths(call, &o->paths, &paths))
		return tsk_error(call);
	const struct tsk_strings files =
		o->paths.count ? tsk_lines_take(&paths) : tsk_workflow_files(call);
	tsk_static_check(call, &files, tsk_deadline(call, CHECK_MS), &check);
	if (tsk_interrupted(call))
		return TSK_INTERRUPTED;
	if (check.not_run)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot look at workflow code: %s",
				check.not_run);
	tsk_set_number(tsk_result(call), "workflows", (int64_t)check.workflows);
	tsk_set_number(tsk_result(call), "files", (int64_t)check.files.count);
	told.list = tsk_set_list(tsk_result(call), "findings");
	tell_findings(&told, &check);
	lint_files(&told, &check, &not_run);
	if (check.unread)
		tsk_lines_add(&not_run, "not read: %s", check.unread);
	cJSON *list = tsk_set_list(tsk_result(call), "not_run");
	for (size_t i = 0; i < not_run.count; i++)
		tsk_append(list, not_run.items[i]);
	return tsk_interrupted(call) ? TSK_INTERRUPTED : say_answer(&told, &check);
}

static const struct tsk_view views[] = {
	{ .path = "findings", .label = "", .columns = "level rule place message fix" },
	{ .path = "not_run", .label = "not run" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill check-workflows",
	"temporal-skill check-workflows shop/flow.py --level error -o json",
	NULL,
};

const struct tsk_command check_workflows_command = {
	.name = "check-workflows",
	.summary = "read the Python workflow code for what breaks a replay or is refused",
	.details =
		"What they call in the project is read, too. Told are clock, random numbers, "
		"sleep, I/O, threads, environment,\norder of sets, swallowed cancellation, missing "
		"await, activities without timeout, patches and handlers.\nNothing of the project "
		"is run but its ruff and mypy, where it is set up for them and trusted. Exit 1 "
		"where\nan error is found. `# temporal-skill: ignore RULE` on a line silences a "
		"rule there.",
	.examples = examples,
	.needs = TSK_NEEDS_PROJECT,
	.options = options,
	.options_size = sizeof(struct check_options),
	.views = views,
	.rows = "findings",
	.run = check_workflows,
};
