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
	const char *name;
	int64_t lines;
	bool errors;
	bool follow;
};

#define AT(field) .at = offsetof(struct log_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of several workers this one alone: its [worker NAME]",
	  .positional = true },
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

struct shown_log {
	const char *name; /* of several; "" */
	const char *path, *title;
	const struct worker *worker; /* NULL: none is known */
};

static enum tsk_status show(struct tsk_call *call, const struct log_options *given,
			    const struct shown_log *log)
{
	const struct worker *worker = log->worker;
	const char *path = log->path;
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
	if (*log->name)
		tsk_set(result, "name", log->name);
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
			    "%sno errors in %s%s; %s", log->title, part_text(call, &part), path,
			    running);
	else if (given->errors)
		tsk_verdict(call, "errors", "%s%s in %s%s%s; %s", log->title,
			    tsk_count_text(call, (int64_t)lines.count, "error line"),
			    part_text(call, &part), path, left_out, running);
	else
		tsk_verdict(call, "ok", "%sthe last %s of %s%s; %s", log->title,
			    tsk_count_text(call, (int64_t)fit.count, "line"), path, left_out,
			    running);
	if (!worker || !worker->count)
		tsk_next(call, "temporal-skill ensure-worker%s%s", *log->name ? " " : "",
			 log->name);
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

/* ---- whose ---- */

static void say_others(struct tsk_call *call, const struct named_logs *logs)
{
	cJSON *list = tsk_set_list(tsk_result(call), "others");

	for (size_t i = 0; i < logs->count; i++) {
		const struct named_log *log = &logs->items[i];
		if (i == logs->chosen)
			continue;
		cJSON *row = tsk_append_object(list);
		tsk_set(row, "name", log->name);
		tsk_set_bool(row, "running", log->worker && log->worker->count);
		tsk_set_number(row, "errors", (int64_t)log->error_count);
		tsk_set(row, "log", log->written_at ? log->path : NULL);
	}
}

/* The name of the one whose log tells most, where there are several and none was given. */
static const char *choose_name(struct tsk_call *call, const struct log_options *given,
			       const struct own_workers *own, const struct worker_list *workers,
			       const char **title)
{
	struct named_logs logs;

	*title = "";
	if (given->name)
		*title = tsk_format(call, "'%s': ", given->name);
	if (given->name || !own->named)
		return given->name;
	choose_log(call, own, workers, given->follow, &logs);
	const char *name = logs.items[logs.chosen].name;
	if (!*logs.reason)
		return name;
	*title = tsk_format(call, "'%s', %s (of %s): ", name, logs.reason, own_names(call, own));
	say_others(call, &logs);
	return name;
}

static enum tsk_status show_worker_log(struct tsk_call *call, const void *given)
{
	const struct log_options *o = given;
	struct own_workers own;
	const struct worker_query query = { .what = FIND_PROJECT, .own = &own };
	struct worker_list workers;
	struct shown_log log;

	if (own_workers(call, NULL, &own) || find_workers(call, &query, &workers) ||
	    (o->name && check_name(call, &own, &workers, o->name)))
		return tsk_error(call);
	const char *name = choose_name(call, o, &own, &workers, &log.title);
	if (name)
		workers = workers_named(call, &workers, name);
	log.name = name ? name : "";
	log.worker = logging_worker(&workers);
	log.path = log.worker ? log.worker->log : worker_log_path(call, log.name);
	if (!log.path)
		return tsk_error(call);
	if (!log.worker && silent_worker(&workers))
		return tsk_fail(call, TSK_NOT_FOUND,
				"the %s (pid %d) was not started by ensure-worker and "
				"writes to no file, but to a terminal or a pipe: read it there",
				worker_title(call, log.name), worker_pid(silent_worker(&workers)));
	if (access(log.path, F_OK)) {
		tsk_hint(call, "temporal-skill ensure-worker");
		return tsk_fail(call, TSK_NOT_FOUND, "no log of a %s: '%s'",
				worker_title(call, log.name), log.path);
	}
	if (o->follow && log.worker && log.worker->count)
		return follow_log(call, log.worker, log.path, (size_t)o->lines, o->errors);
	if (o->follow)
		tsk_note(call, "no worker runs, so there is nothing to follow");
	return show(call, o, &log);
}

static const struct tsk_view views[] = { { .path = "lines", .label = "" }, { 0 } };

static const char *const examples[] = {
	"temporal-skill show-worker-log",
	"temporal-skill show-worker-log --errors",
	"temporal-skill show-worker-log --follow --command-timeout 60",
	"temporal-skill show-worker-log mail",
	NULL,
};

const struct tsk_command show_worker_log_command = {
	.name = "show-worker-log",
	.summary = "show the end of the worker's log, or its errors",
	.details =
		"That of the run before it lies beside it, with .1 at its end. Of a project with "
		"[worker NAME] sections the one that has died, else one with errors, else who "
		"wrote last; its name is told.",
	.examples = examples,
	.needs = 0,
	.options = options,
	.options_size = sizeof(struct log_options),
	.views = views,
	.run = show_worker_log,
};
