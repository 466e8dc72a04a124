/* show-worker-log: the end of the worker's log, its errors alone, or as it grows. */
#include "worker.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Text output holds this many characters, of which one line may take its share; the last lines are
 * what is wanted. */
#define TEXT_SIZE_MOST  ((size_t)9000)
#define LINE_SIZE_MOST  ((size_t)400)

/* A worker writes while its log is read. */
#define GROWN_MEANWHILE ((int64_t)64 << 10)

struct log_options {
	int64_t lines;
	bool errors;
	bool follow;
};

#define AT(field) .at = offsetof(struct log_options, field)
static const struct tsk_option options[] = {
	{ .name = "lines",
	  .type = TSK_INTEGER,
	  AT(lines),
	  .argument = "COUNT",
	  .help = "lines from the end",
	  .fallback = "40",
	  .minimum = 1,
	  .maximum = 100000 },
	{ .name = "errors",
	  .type = TSK_FLAG,
	  AT(errors),
	  .help = "only lines that tell of errors" },
	{ .name = "follow",
	  .letter = 'f',
	  .type = TSK_FLAG,
	  AT(follow),
	  .help = "go on until the worker ends, or --command-timeout" },
	{ 0 },
};

/* ---- which lines ---- */

/* As many of the last lines as text output has room for, each without what only programs read. */
static struct tsk_strings fitting(struct tsk_call *call, const struct tsk_strings *lines)
{
	const char **items = tsk_alloc(call, (lines->count + 1) * sizeof(*items));
	size_t first = lines->count, size = 0;

	while (first > 0) {
		const char *line = brief_line(call, lines->items[first - 1]);
		line = tsk_shorten(call, line, LINE_SIZE_MOST);
		size += strlen(line) + 1;
		if (size > TEXT_SIZE_MOST)
			break;
		items[--first] = line;
	}
	return (struct tsk_strings){ .items = items + first, .count = lines->count - first };
}

/* An error that comes again and again is one line with its count, where it stood last. */
static struct tsk_strings counted(struct tsk_call *call, const struct tsk_strings *lines)
{
	const char **items = tsk_alloc(call, (lines->count + 1) * sizeof(*items));
	size_t *times = tsk_alloc(call, (lines->count + 1) * sizeof(*times));
	size_t first = lines->count;

	for (size_t i = lines->count; i-- > 0;) {
		size_t at = first;
		while (at < lines->count && strcmp(items[at], lines->items[i]) != 0)
			at++;
		if (at == lines->count) {
			at = --first;
			items[at] = lines->items[i];
			times[at] = 0;
		}
		times[at]++;
	}
	for (size_t i = first; i < lines->count; i++)
		if (times[i] > 1)
			items[i] = tsk_format(call, "%zu times: %s", times[i], items[i]);
	return (struct tsk_strings){ .items = items + first, .count = lines->count - first };
}

static bool is_short_text(const struct tsk_call *call)
{
	return strcmp(tsk_setting(call, TSK_SETTING_OUTPUT), "text") == 0 &&
	       !tsk_setting_is_true(call, TSK_SETTING_FULL);
}

/* ---- how much of the log ---- */

/* A long log is looked through from its end on; what lies before that was not seen. */
struct part {
	int64_t looked_at, size; /* bytes */
	bool whole;
};

static void measure(struct part *part, const char *path)
{
	struct stat about;

	part->size = stat(path, &about) ? part->looked_at : (int64_t)about.st_size;
	/* It may have grown since, by what the next call sees. */
	part->whole = part->looked_at >= part->size - GROWN_MEANWHILE;
}

static const char *size_text(struct tsk_call *call, int64_t bytes)
{
	return bytes < 1000000 ? tsk_format(call, "%lld kB", (long long)(bytes + 999) / 1000)
			       : tsk_format(call, "%.1f MB", (double)bytes / 1e6);
}

/* "the last 4.2 MB of 50.0 MB of ", "" of a whole one. */
static const char *part_text(struct tsk_call *call, const struct part *part)
{
	return part->whole
		       ? ""
		       : tsk_format(call, "the last %s of %s of ", size_text(call, part->looked_at),
				    size_text(call, part->size));
}

static void say_part(struct tsk_call *call, const struct part *part, const char *path)
{
	tsk_set_number(tsk_result(call), "bytes_looked_at", part->looked_at);
	tsk_set_number(tsk_result(call), "bytes", part->size);
	if (!part->whole)
		tsk_next(call, "grep -nE 'ERROR|CRITICAL|FATAL|Traceback' %s",
			 tsk_quote(call, path));
}

/* ---- showing ---- */

static enum tsk_status show(struct tsk_call *call, const struct log_options *given,
			    const struct worker *worker, const char *path)
{
	const char *running = worker && worker->count ? tsk_format(call, "the worker (pid %d) runs",
								   worker_pid(worker))
						      : "no worker runs";
	struct part part = { .whole = true };
	struct tsk_strings lines =
		given->errors ? log_error_lines(call, path, (size_t)given->lines, &part.looked_at)
			      : log_lines(call, path, (size_t)given->lines);
	struct tsk_strings fit = is_short_text(call) ? fitting(call, &lines) : lines;
	struct tsk_strings shown = is_short_text(call) && given->errors ? counted(call, &fit) : fit;
	cJSON *result = tsk_result(call);

	tsk_set(result, "project", project_name(call));
	tsk_set(result, "log", path);
	tsk_set_bool(result, "running", worker && worker->count);
	tsk_set_number(result, "count", (int64_t)lines.count);
	cJSON *list = tsk_set_list(result, "lines");
	for (size_t i = 0; i < shown.count; i++)
		tsk_append(list, shown.items[i]);
	const char *left_out =
		fit.count < lines.count
			? tsk_format(call, " (%zu before them: --full)", lines.count - fit.count)
			: "";
	if (given->errors) {
		measure(&part, path);
		say_part(call, &part, path);
	}
	if (given->errors && !lines.count)
		tsk_verdict(call, part.whole ? "no_errors" : "no_errors_lately",
			    "no errors in %s%s; %s", part_text(call, &part), path, running);
	else if (given->errors)
		tsk_verdict(call, "errors", "%s in %s%s%s; %s",
			    tsk_count_text(call, (int64_t)lines.count, "error line"),
			    part_text(call, &part), path, left_out, running);
	else
		tsk_verdict(call, "ok", "the last %s of %s%s; %s",
			    tsk_count_text(call, (int64_t)fit.count, "line"), path, left_out,
			    running);
	if (!worker || !worker->count)
		tsk_next(call, "temporal-skill ensure-worker");
	return TSK_OK;
}

/* One that runs and writes to no file; NULL: none. */
static const struct worker *silent_worker(const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].count && !*workers->items[i].log)
			return &workers->items[i];
	return NULL;
}

static enum tsk_status show_worker_log(struct tsk_call *call, const void *given)
{
	const struct log_options *o = given;
	struct tsk_strings command;
	const struct worker_query query = { .what = FIND_PROJECT, .command = &command };
	struct worker_list workers;

	if (worker_command(call, NULL, &command) || find_workers(call, &query, &workers))
		return tsk_error(call);
	const struct worker *worker = logging_worker(&workers);
	const char *path =
		worker ? worker->log
		       : tsk_log_path(call, "worker", project_name(call), project_directory(call));
	if (!path)
		return tsk_error(call);
	if (!worker && silent_worker(&workers))
		return tsk_fail(call, TSK_NOT_FOUND,
				"the worker of '%s' (pid %d) was not started by ensure-worker and "
				"writes to no file, but to a terminal or a pipe: read it there",
				project_name(call), worker_pid(silent_worker(&workers)));
	if (access(path, F_OK)) {
		tsk_hint(call, "temporal-skill ensure-worker");
		return tsk_fail(call, TSK_NOT_FOUND, "no log of a worker of '%s': '%s'",
				project_name(call), path);
	}
	if (o->follow && worker && worker->count)
		return follow_log(call, worker, path, (size_t)o->lines, o->errors);
	if (o->follow)
		tsk_note(call, "no worker runs, so there is nothing to follow");
	return show(call, o, worker, path);
}

static const struct tsk_view views[] = { { .path = "lines", .label = "" }, { 0 } };

static const char *const examples[] = { "temporal-skill show-worker-log",
					"temporal-skill show-worker-log --errors",
					"temporal-skill show-worker-log --follow "
					"--command-timeout 60",
					NULL };

const struct tsk_command show_worker_log_command = {
	.name = "show-worker-log",
	.summary = "show the end of the worker's log, or its errors",
	.details = "That of the run before it lies beside it, with .1 at its end.",
	.examples = examples,
	.needs = 0,
	.options = options,
	.options_size = sizeof(struct log_options),
	.views = views,
	.run = show_worker_log,
};
