/* Runs the pass over the syntax trees, and reads what it tells. */
#include "text/path.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>
#include <temporal-skill/sources.h>
#include <temporal-skill/static_check.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT        "probe/python/temporal_skill_probe/static_check.py"
/* Of a project with a finding on each line. */
#define OUTPUT_MOST   ((size_t)8 << 20)
#define FINDINGS_MOST 10000

struct reading {
	struct tsk_call *call;
	const char *project; /* without links */
	struct tsk_static_check *check;
	struct tsk_static_finding *findings;
	size_t room;
	struct tsk_lines files, touched, unread;
};

static const char *text_of(const cJSON *row, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(row, key);

	return cJSON_IsString(member) ? member->valuestring : NULL;
}

static int number_of(const cJSON *row, const char *key)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(row, key);

	return cJSON_IsNumber(member) ? member->valueint : 0;
}

/* "shop/flow.py", "../common/flow.py" of a neighbour, else as it is. */
static const char *place(const struct reading *reading, const char *path)
{
	struct tsk_call *call = reading->call;
	size_t count;
	const struct tsk_neighbour *neighbours;

	if (path_is_within(path, reading->project))
		return path + strlen(reading->project) + 1;
	neighbours = tsk_neighbours(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), &count);
	for (size_t i = 0; i < count; i++)
		if (path_is_within(path, neighbours[i].directory))
			return tsk_format(call, "%s%s", neighbours[i].path,
					  path + strlen(neighbours[i].directory));
	return path;
}

static void take_finding(struct reading *reading, const cJSON *row)
{
	struct tsk_static_check *check = reading->check;
	const char *level = text_of(row, "level"), *path = text_of(row, "file");
	const char *workflow = text_of(row, "workflow");

	if (!level || !path || check->count == FINDINGS_MOST)
		return;
	reading->findings = tsk_grow(reading->call, reading->findings, check->count, &reading->room,
				     sizeof(*reading->findings));
	reading->findings[check->count++] = (struct tsk_static_finding){
		.level = level,
		.rule = text_of(row, "rule"),
		.path = place(reading, path),
		.line = number_of(row, "line"),
		.column = number_of(row, "column"),
		.function = text_of(row, "function"),
		.workflow = workflow,
		.message = text_of(row, "message"),
		.fix = text_of(row, "fix"),
	};
	check->errors += !strcmp(level, "error");
	check->warnings += !strcmp(level, "warning");
	if (workflow)
		tsk_lines_add(&reading->touched, "%s", workflow);
}

static void take_row(struct reading *reading, const cJSON *row)
{
	const char *kind = text_of(row, "kind"), *path = text_of(row, "file");

	if (!kind)
		return;
	if (!strcmp(kind, "finding")) {
		take_finding(reading, row);
	} else if (!strcmp(kind, "workflow") && path) {
		reading->check->workflows++;
		tsk_lines_add(&reading->files, "%s", path);
	} else if (!strcmp(kind, "unreadable") && path) {
		tsk_lines_add(&reading->unread, "%s:%d: %s", place(reading, path),
			      number_of(row, "line"), text_of(row, "message"));
	} else if (!strcmp(kind, "refused")) {
		reading->check->not_run = text_of(row, "message");
	}
}

static int rank(const struct tsk_static_finding *finding)
{
	return !strcmp(finding->level, "error") ? 0 : !strcmp(finding->level, "warning") ? 1 : 2;
}

static int compare(const void *one, const void *other)
{
	const struct tsk_static_finding *a = one, *b = other;
	const int by_level = rank(a) - rank(b), by_path = strcmp(a->path, b->path);

	return by_level ? by_level : by_path ? by_path : a->line - b->line;
}

static void take_output(struct reading *reading, const char *output)
{
	struct tsk_static_check *check = reading->check;

	while (*output) {
		const size_t size = strcspn(output, "\n");
		const cJSON *row = *output == '{'
					   ? tsk_parse(reading->call,
						       tsk_copy_bytes(reading->call, output, size))
					   : NULL;
		if (row)
			take_row(reading, row);
		output += size + (output[size] == '\n');
	}
	if (reading->findings)
		qsort(reading->findings, check->count, sizeof(*reading->findings), compare);
	check->findings = reading->findings;
	check->workflows_touched = reading->touched.count;
	check->files = tsk_lines_take(&reading->files);
	check->unread = reading->unread.count ? tsk_lines_text(&reading->unread, "; ") : NULL;
}

/* The command that looks at the paths; NULL: nothing here can (check->not_run). */
static const char *const *command(struct tsk_call *call, const struct tsk_strings *paths,
				  const char *root, struct tsk_static_check *check)
{
	const char *python = tsk_find_program(call, "python3"), *skills = tsk_skills_dir(call);
	const char **words = tsk_alloc(call, (paths->count + 7) * sizeof(*words));
	size_t count = 0;

	tsk_forget_error(call);
	if (!python)
		python = tsk_find_program(call, "python");
	words[count++] = python;
	/* Nothing of the environment, and no packages: .pth files are code. */
	words[count++] = "-I";
	words[count++] = "-S";
	words[count++] = tsk_format(call, "%s/" SCRIPT, skills ? skills : "");
	words[count++] = "--root";
	words[count++] = root;
	for (size_t i = 0; i < paths->count; i++)
		words[count++] = paths->items[i];
	if (!python)
		check->not_run = "no python3 on PATH";
	else if (!skills || access(words[3], R_OK))
		check->not_run = "this installation lacks skills/" SCRIPT;
	return check->not_run ? NULL : words;
}

void tsk_static_check(struct tsk_call *call, const struct tsk_strings *paths, int64_t deadline,
		      struct tsk_static_check *check)
{
	const char *given = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	char project[PATH_MAX];
	struct reading reading = { .call = call,
				   .project = realpath(given, project) ? project : given,
				   .check = check,
				   .files = { .call = call },
				   .touched = { .call = call },
				   .unread = { .call = call, .limit = 5 } };
	struct tsk_ran ran = { .output = "" };

	*check = (struct tsk_static_check){ .count = 0 };
	if (!paths->count)
		return;
	/* Not in the project: version managers take the interpreter that a folder names. */
	const struct tsk_launch launch = {
		.words = command(call, paths, reading.project, check),
		.directory = "/",
	};
	if (!launch.words)
		return;
	if (tsk_launch_and_wait(call, &launch, deadline, OUTPUT_MOST, &ran)) {
		check->not_run = tsk_copy(call, tsk_error_message(call));
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return;
	}
	take_output(&reading, ran.output);
	if (ran.timed_out)
		check->not_run = tsk_format(call, "'%s' did not end in time", launch.words[0]);
	else if (ran.code && !check->not_run)
		check->not_run =
			tsk_format(call, "'%s' ended with exit status %d: %s", launch.words[0],
				   ran.code, tsk_shorten(call, ran.output, 200));
}

const char *tsk_static_check_text(struct tsk_call *call, const struct tsk_static_check *check)
{
	const struct tsk_static_finding *first = check->findings;
	const char *workflows = tsk_count_text(call, (int64_t)check->workflows, "workflow");

	if (!check->count)
		return tsk_format(call, "%s in %s", workflows,
				  tsk_count_text(call, (int64_t)check->files.count, "file"));
	return tsk_format(call, "%s in %zu of %s; first: %s:%d %s",
			  tsk_count_text(call, (int64_t)check->count, "finding"),
			  check->workflows_touched, workflows, first->path, first->line,
			  first->message);
}
