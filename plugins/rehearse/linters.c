/* Runs the project's ruff and mypy on its workflow files. */
#include "linters.h"

#include <temporal-skill/process.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUFF_MS   20000
/* From nothing it reads all of the SDK first. */
#define MYPY_MS   90000
#define SAID_MOST ((size_t)4 << 20)
#define UP_MOST   3

struct linter {
	const char *name;
	const char *files[3]; /* of its own settings; ends with NULL */
	const char *section;  /* in pyproject.toml, and in setup.cfg */
	const char *cfg_section;
	bool on_path; /* one that is not the project's reads its code the same */
	int64_t limit_ms;
};

static const struct linter ruff = { .name = "ruff",
				    .files = { "ruff.toml", ".ruff.toml", NULL },
				    .section = "[tool.ruff",
				    .on_path = true,
				    .limit_ms = RUFF_MS };
static const struct linter mypy = { .name = "mypy",
				    .files = { "mypy.ini", ".mypy.ini", NULL },
				    .section = "[tool.mypy",
				    .cfg_section = "[mypy",
				    .limit_ms = MYPY_MS };

static bool is_set_up(struct tsk_call *call, const struct linter *linter)
{
	const char *path, *text = tsk_project_file(call, "pyproject.toml", &path);
	const char *cfg = linter->cfg_section ? tsk_project_file(call, "setup.cfg", &path) : NULL;

	for (size_t i = 0; linter->files[i]; i++)
		if (tsk_project_file(call, linter->files[i], &path))
			return true;
	return (text && strstr(text, linter->section)) || (cfg && strstr(cfg, linter->cfg_section));
}

/* In the project's environment, or its workspace's; NULL: it is not there. */
static const char *installed(struct tsk_call *call, const struct linter *linter)
{
	static const char *const names[] = { ".venv", "venv", "env" };
	char *folder = tsk_copy(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR));

	for (int up = 0; up <= UP_MOST; up++) {
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			const char *path =
				tsk_format(call, "%s/%s/bin/%s", folder, names[i], linter->name);
			if (!access(path, X_OK))
				return path;
		}
		char *slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return linter->on_path ? tsk_find_program(call, linter->name) : NULL;
}

/* ---- what they say ---- */

struct saying {
	struct tsk_call *call;
	lint_told *told;
	void *what;
	struct tsk_lines *not_run;
};

static const char *text_of(const cJSON *row, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(row, key);

	return cJSON_IsString(member) ? member->valuestring : NULL;
}

/* [{"code": "F821", "message", "filename", "location": {"row"}, "fix": {"message"}}] */
static bool take_ruff(struct saying *saying, const char *output)
{
	const char *begin = strchr(output, '[');
	const cJSON *rows = begin ? tsk_parse(saying->call, begin) : NULL;

	if (!rows || !cJSON_IsArray(rows))
		return false;
	for (const cJSON *row = rows->child; row; row = row->next) {
		const cJSON *at = cJSON_GetObjectItemCaseSensitive(row, "location");
		const cJSON *line = cJSON_GetObjectItemCaseSensitive(at, "row");
		const char *code = text_of(row, "code"), *path = text_of(row, "filename");
		struct lint lint = {
			.tool = "ruff",
			/* Without a rule it is a file that is no Python. */
			.level = code && strcmp(code, "invalid-syntax") != 0 ? "warning" : "error",
			.rule = code ? code : "invalid-syntax",
			.path = path,
			.line = cJSON_IsNumber(line) ? line->valueint : 0,
			.message = text_of(row, "message"),
			.fix = text_of(cJSON_GetObjectItemCaseSensitive(row, "fix"), "message"),
		};
		if (path && lint.message)
			saying->told(saying->what, &lint);
	}
	return true;
}

/* shop/flow.py:12:5: error: Name "x" is not defined  [name-defined] */
static void take_mypy_line(struct saying *saying, const char *line)
{
	static const char mark[] = ": error: ";
	struct tsk_call *call = saying->call;
	const char *at = strstr(line, mark);
	const char *colon = strchr(line, ':');

	if (!at || !colon || colon >= at)
		return;
	char *message = tsk_copy(call, at + strlen(mark));
	char *code = strstr(message, "  [");
	const size_t length = strlen(message);
	if (code && message[length - 1] == ']') {
		message[length - 1] = '\0';
		*code = '\0';
		code += strlen("  [");
	}
	const struct lint lint = { .tool = "mypy",
				   .level = "warning",
				   .rule = code ? code : "mypy",
				   .path = tsk_copy_bytes(call, line, (size_t)(colon - line)),
				   .line = (int)strtol(colon + 1, NULL, 10),
				   .message = message };
	saying->told(saying->what, &lint);
}

static void take_mypy(struct saying *saying, const char *output)
{
	while (*output) {
		const size_t size = strcspn(output, "\n");
		take_mypy_line(saying, tsk_copy_bytes(saying->call, output, size));
		output += size + (output[size] == '\n');
	}
}

/* ---- running them ---- */

/* The words before the files, and the files. */
static const char *const *command(struct tsk_call *call, const char *const *before,
				  const struct tsk_strings *files)
{
	size_t count = 0;

	while (before[count])
		count++;
	const char **words = tsk_alloc(call, (count + files->count + 1) * sizeof(*words));
	memcpy(words, before, count * sizeof(*words));
	memcpy(words + count, files->items, files->count * sizeof(*words));
	return words;
}

/* What it said; NULL: it could not be run to its end, which is said. */
static const char *said(struct saying *saying, const struct linter *linter,
			const char *const *words, int highest_code)
{
	struct tsk_call *call = saying->call;
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const struct tsk_launch launch = {
		.words = words, .directory = project, .kind = "check", .scope = project
	};
	struct tsk_ran ran = { .output = "" };

	if (tsk_launch_and_wait(call, &launch, tsk_deadline(call, linter->limit_ms), SAID_MOST,
				&ran)) {
		tsk_lines_add(saying->not_run, "%s: %s", linter->name, tsk_error_message(call));
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return NULL;
	}
	if (!ran.timed_out && ran.code <= highest_code && ran.output_size == ran.output_total)
		return ran.output;
	const char *line = tsk_copy_bytes(call, ran.output, strcspn(ran.output, "\n"));
	if (ran.timed_out)
		tsk_lines_add(saying->not_run, "%s: not done after %s", linter->name,
			      tsk_duration_text(call, linter->limit_ms));
	else
		tsk_lines_add(saying->not_run, "%s: exit status %d: %s", linter->name, ran.code,
			      tsk_shorten(call, line, 200));
	return NULL;
}

static void run_ruff(struct saying *saying, const char *program, const struct tsk_strings *files)
{
	const char *before[] = { program,           "check", "--no-cache", "--no-fix", "--quiet",
				 "--output-format", "json",  "--",         NULL };
	const char *output = said(saying, &ruff, command(saying->call, before, files), 1);

	if (output && !take_ruff(saying, output))
		tsk_lines_add(saying->not_run, "ruff: it does not speak JSON");
}

static void run_mypy(struct saying *saying, const char *program, const struct tsk_strings *files)
{
	struct tsk_call *call = saying->call;
	const char *cache =
		tsk_format(call, "%s/.mypy_cache", tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	const char *before[] = { program,
				 "--no-error-summary",
				 "--no-pretty",
				 "--no-color-output",
				 "--hide-error-context",
				 "--show-error-codes",
				 "--follow-imports=silent",
				 tsk_format(call, "--cache-dir=%s",
					    access(cache, W_OK) ? "/dev/null" : cache),
				 "--",
				 NULL };
	const char *output = said(saying, &mypy, command(call, before, files), 1);

	if (output)
		take_mypy(saying, output);
}

bool linters_are_used(struct tsk_call *call)
{
	return is_set_up(call, &ruff) || is_set_up(call, &mypy);
}

void run_linters(struct tsk_call *call, const struct tsk_strings *files, lint_told *told,
		 void *what, struct tsk_lines *not_run)
{
	struct saying saying = { .call = call, .told = told, .what = what, .not_run = not_run };
	const struct {
		const struct linter *linter;
		void (*run)(struct saying *, const char *, const struct tsk_strings *);
	} all[] = { { &ruff, run_ruff }, { &mypy, run_mypy } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!is_set_up(call, all[i].linter))
			continue;
		const char *program = installed(call, all[i].linter);
		if (program)
			all[i].run(&saying, program, files);
		else
			tsk_lines_add(not_run,
				      "%s: set up, and not installed in the project's "
				      "environment",
				      all[i].linter->name);
	}
}
