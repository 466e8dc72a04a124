/* The lines beside a record, and which of them are of the worker as it runs now. */
#include "lines.h"

#include <temporal-skill/payload.h>
#include <temporal-skill/text.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a worker that makes its Worker over again for days the end counts. */
#define FILE_SIZE_MOST ((size_t)8 << 20)
#define LINES_MOST     ((size_t)1000)
/* A Worker with all the types that are read. */
#define LINE_SIZE_MOST ((size_t)2 << 20)
#define WORKERS_MOST   ((size_t)100)
#define PROBLEMS_MOST  ((size_t)20)

struct reading {
	struct tsk_call *call;
	const struct tsk_process_info *tree; /* NULL: any process */
	struct tsk_passport_worker *workers;
	size_t worker_room;
	struct tsk_passport_problem *problems;
	size_t problem_room;
	struct tsk_passport *passport;
};

bool tsk_passport_polls_workflows(const struct tsk_passport_worker *worker)
{
	return worker->workflow_count > 0;
}

bool tsk_passport_polls_activities(const struct tsk_passport_worker *worker)
{
	return worker->activity_count > 0 && worker->remote_activities;
}

/* ---- whose line it is ---- */

static bool process_of_line(const cJSON *line, int *pid, uint64_t *ticks)
{
	const char *text =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "start_ticks"));
	const int64_t number = passport_number(line, "pid");
	char *end;

	if (number < 1 || number > INT32_MAX || !text || !*text ||
	    strspn(text, "0123456789") != strlen(text))
		return false;
	errno = 0;
	*ticks = strtoull(text, &end, 10);
	*pid = (int)number;
	return errno == 0;
}

/* The number that the process of a line has here; 0: it is none of the tree. One in a PID namespace
 * of its own writes the number that it has there. */
static int number_here(const struct tsk_process_info *tree, int pid, uint64_t ticks)
{
	for (; tree->id.pid; tree++)
		if (tree->id.start_ticks == ticks &&
		    (tree->id.pid == pid || tsk_process_inner_pid(tree->id.pid) == pid))
			return tree->id.pid;
	return 0;
}

/* ---- one line ---- */

static bool same_text(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_worker(const struct tsk_passport_worker *one,
			const struct tsk_passport_worker *other)
{
	if (one->pid != other->pid || one->start_ticks != other->start_ticks ||
	    !same_text(one->identity, other->identity) ||
	    !same_text(one->address, other->address) ||
	    !same_text(one->namespace_, other->namespace_) ||
	    !same_text(one->task_queue, other->task_queue) ||
	    one->workflow_count != other->workflow_count ||
	    one->activity_count != other->activity_count)
		return false;
	for (size_t i = 0; i < one->workflow_count; i++)
		if (strcmp(one->workflows[i].type, other->workflows[i].type) != 0)
			return false;
	for (size_t i = 0; i < one->activity_count; i++)
		if (strcmp(one->activities[i].type, other->activities[i].type) != 0)
			return false;
	return true;
}

/* The one that was made last takes the place of its like. */
static void add_worker(struct reading *reading, const struct tsk_passport_worker *worker)
{
	struct tsk_passport *passport = reading->passport;

	for (size_t i = 0; i < passport->count; i++)
		if (same_worker(&reading->workers[i], worker)) {
			reading->workers[i] = *worker;
			return;
		}
	if (passport->count == WORKERS_MOST) {
		passport->left_out++;
		return;
	}
	reading->workers = tsk_grow(reading->call, reading->workers, passport->count,
				    &reading->worker_room, sizeof(*reading->workers));
	reading->workers[passport->count++] = *worker;
}

static void read_worker(struct reading *reading, const cJSON *line)
{
	struct tsk_passport_worker worker = { 0 };

	if (!process_of_line(line, &worker.pid, &worker.start_ticks) ||
	    !passport_read_worker(reading->call, line, &worker)) {
		reading->passport->left_out++;
		return;
	}
	if (reading->tree) {
		worker.pid = number_here(reading->tree, worker.pid, worker.start_ticks);
		if (!worker.pid) {
			reading->passport->ended++;
			return;
		}
	}
	add_worker(reading, &worker);
}

static void read_problem(struct reading *reading, const cJSON *line, bool refused)
{
	struct tsk_call *call = reading->call;
	struct tsk_passport *passport = reading->passport;
	struct tsk_passport_problem problem = {
		.refused = refused,
		.error = passport_text(call, line, "error"),
		.message = passport_text(call, line, refused ? "message" : "problem"),
		.file = passport_text(call, line, "made_in"),
	};
	const int64_t at = passport_number(line, "made_at_line");

	if (!process_of_line(line, &problem.pid, &problem.start_ticks) ||
	    passport->problem_count == PROBLEMS_MOST) {
		passport->left_out++;
		return;
	}
	problem.runs =
		reading->tree && number_here(reading->tree, problem.pid, problem.start_ticks) != 0;
	problem.line = at > 0 && at <= INT32_MAX ? (int)at : 0;
	if (!problem.message)
		problem.message = "";
	reading->problems = tsk_grow(call, reading->problems, passport->problem_count,
				     &reading->problem_room, sizeof(*reading->problems));
	reading->problems[passport->problem_count++] = problem;
}

static void read_line(struct reading *reading, const char *text, size_t size)
{
	cJSON *line = NULL;

	if (size <= LINE_SIZE_MOST && tsk_json_check(text, size, NULL))
		line = cJSON_ParseWithLength(text, size);
	const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "kind"));

	if (!kind)
		reading->passport->left_out++;
	else if (strcmp(kind, "worker") == 0)
		read_worker(reading, line);
	else if (strcmp(kind, "refused") == 0 || strcmp(kind, "unknown") == 0)
		read_problem(reading, line, *kind == 'r');
	cJSON_Delete(line);
}

/* ---- all ---- */

struct tsk_passport tsk_passport_read(struct tsk_call *call, const struct tsk_record *record,
				      const struct tsk_process_info *tree)
{
	const char *path = tsk_passport_file(call, record);
	struct tsk_passport passport = { .asked = access(path, F_OK) == 0 };
	struct reading reading = { .call = call, .tree = tree, .passport = &passport };
	const char *text =
		passport.asked ? tsk_file_tail(call, path, LINES_MOST, FILE_SIZE_MOST, -1) : NULL;

	/* A last line without its end is being written. */
	for (const char *end; text && (end = strchr(text, '\n')); text = end + 1)
		if (end > text)
			read_line(&reading, text, (size_t)(end - text));
	passport.workers = reading.workers;
	passport.problems = reading.problems;
	return passport;
}
