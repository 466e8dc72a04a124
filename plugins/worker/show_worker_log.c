/* show-worker-log: the end of the worker's log, its errors alone, or as it grows. */
#include "worker.h"

#include <temporal-skill/diagnosis.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Text output holds this many characters, of which one line may take its share; the last lines are
 * what is wanted. */
#define TEXT_SIZE_MOST  ((size_t)9000)
#define LINE_SIZE_MOST  ((size_t)400)

/* Of the end of the log, looked through for errors. */
#define ERRORS_LINES    100000
#define ERRORS_LOG_SIZE ((size_t)4 << 20)

/* Read at a time while following; a longer line comes in pieces. */
#define BLOCK_SIZE      ((size_t)64 << 10)

/* Where the file cannot be watched, and for one that was replaced. */
#define LOOK_MS         500

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

static struct tsk_strings last_of(const struct tsk_strings *lines, size_t count)
{
	size_t skipped = lines->count > count ? lines->count - count : 0;

	return (struct tsk_strings){ .items = lines->items + skipped,
				     .count = lines->count - skipped };
}

static struct tsk_strings error_lines(struct tsk_call *call, const char *path, size_t count)
{
	const char *text = tsk_file_tail(call, path, ERRORS_LINES, ERRORS_LOG_SIZE, -1);
	struct tsk_strings lines = { .count = 0 };

	if (text)
		tsk_log_errors(call, text, &lines);
	return last_of(&lines, count);
}

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

/* ---- following ---- */

struct follower {
	struct tsk_call *call;
	const char *path;
	int file;
	int watch;
	char *pending; /* the beginning of a line whose end has not come yet */
	size_t pending_size;
	bool errors_only;
};

static void emit(struct follower *follower, const char *line)
{
	struct tsk_strings errors;
	cJSON *row;

	line = without_colors(follower->call, line);
	if (follower->errors_only && !tsk_log_errors(follower->call, line, &errors))
		return;
	row = cJSON_CreateObject();
	tsk_set(row, "line", line);
	/* Indented, as in a result: it is the worker's, and no line of ours. */
	tsk_emit(follower->call, row, tsk_format(follower->call, "  %s", line));
}

static void emit_lines(struct follower *follower, char *bytes, size_t size, bool all)
{
	char *end;

	while (size && (end = memchr(bytes, '\n', size))) {
		*end = '\0';
		emit(follower, bytes);
		size -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
	if (size && (all || size >= BLOCK_SIZE)) {
		emit(follower, tsk_copy_bytes(follower->call, bytes, size));
		size = 0;
	}
	memmove(follower->pending, bytes, size);
	follower->pending_size = size;
}

static void read_more(struct follower *follower, bool all)
{
	for (;;) {
		struct tsk_mark mark = tsk_mark(follower->call);
		char *at = follower->pending + follower->pending_size;
		ssize_t got = read(follower->file, at, BLOCK_SIZE);
		size_t size = follower->pending_size + (got > 0 ? (size_t)got : 0);
		if (got <= 0 && !all)
			return;
		emit_lines(follower, follower->pending, size, all && got <= 0);
		tsk_rewind(follower->call, mark);
		if (got <= 0)
			return;
	}
}

/* ensure-worker has moved it away and begun a new one. */
static bool was_replaced(const struct follower *follower)
{
	struct stat now, ours;

	return stat(follower->path, &now) == 0 && fstat(follower->file, &ours) == 0 &&
	       (now.st_ino != ours.st_ino || now.st_dev != ours.st_dev);
}

static enum tsk_status follow_until_end(struct follower *follower, int pidfd)
{
	const int64_t deadline = tsk_deadline(follower->call, TSK_NO_DEADLINE);
	struct pollfd waits[] = { { .fd = follower->watch, .events = POLLIN },
				  { .fd = pidfd, .events = POLLIN } };
	enum tsk_status status = TSK_OK;

	while (status == TSK_OK || status == TSK_TIMEOUT) {
		int64_t now = tsk_now_ms();
		bool over = waits[1].revents || was_replaced(follower) || now >= deadline;
		read_more(follower, over);
		if (over)
			return TSK_OK;
		status = tsk_wait(follower->call, waits, 2,
				  deadline - now > LOOK_MS ? now + LOOK_MS : deadline);
		watch_log_clear(follower->watch);
	}
	return status;
}

static enum tsk_status follow_log(struct tsk_call *call, const struct log_options *given,
				  const struct worker *worker, const char *path)
{
	struct follower follower = {
		.call = call,
		.path = path,
		.file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK),
		.watch = watch_log(path),
		.pending = tsk_alloc(call, 2 * BLOCK_SIZE),
		.errors_only = given->errors,
	};
	int pidfd = tsk_process_open(&worker->tree[0].id);
	enum tsk_status status = TSK_OK;

	if (follower.file < 0) {
		status = tsk_fail(call, TSK_NOT_FOUND, "cannot open the log '%s'", path);
		goto out;
	}
	struct tsk_strings lines = given->errors ? error_lines(call, path, (size_t)given->lines)
						 : log_lines(call, path, (size_t)given->lines);
	/* What is written between the two readings is shown twice rather than not at all. */
	lseek(follower.file, 0, SEEK_END);
	for (size_t i = 0; i < lines.count; i++)
		emit(&follower, lines.items[i]);
	status = follow_until_end(&follower, pidfd);
out:
	if (follower.file >= 0)
		close(follower.file);
	if (follower.watch >= 0)
		close(follower.watch);
	if (pidfd >= 0)
		close(pidfd);
	return status;
}

/* ---- showing ---- */

static enum tsk_status show(struct tsk_call *call, const struct log_options *given,
			    const struct worker *worker, const char *path)
{
	const char *running = worker && worker->count ? tsk_format(call, "the worker (pid %d) runs",
								   worker_pid(worker))
						      : "no worker runs";
	struct tsk_strings lines = given->errors ? error_lines(call, path, (size_t)given->lines)
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
	if (given->errors && !lines.count)
		tsk_verdict(call, "no_errors", "no errors in %s; %s", path, running);
	else if (given->errors)
		tsk_verdict(call, "errors", "%s in %s%s; %s",
			    tsk_count_text(call, (int64_t)lines.count, "error line"), path,
			    left_out, running);
	else
		tsk_verdict(call, "ok", "the last %s of %s%s; %s",
			    tsk_count_text(call, (int64_t)fit.count, "line"), path, left_out,
			    running);
	if (!worker || !worker->count)
		tsk_next(call, "temporal-skill ensure-worker");
	return TSK_OK;
}

/* The newest of this project that was started by us; a dead one left a log, too. */
static const struct worker *logging_worker(const struct worker_list *workers)
{
	const struct worker *chosen = NULL;

	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		if (*worker->log && (!chosen || (worker->count && !chosen->count)))
			chosen = worker;
	}
	return chosen;
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
	if (access(path, F_OK)) {
		tsk_hint(call, "temporal-skill ensure-worker");
		return tsk_fail(call, TSK_NOT_FOUND, "no log of a worker of '%s': '%s'",
				project_name(call), path);
	}
	if (o->follow && worker && worker->count)
		return follow_log(call, o, worker, path);
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
