/* The host's side of the symptoms: which worker processes there are, whose they are, what their log
 * says. */
#include "classifier.h"

#include <temporal-skill/process.h>

#include <string.h>

/* The end of the log: enough for the last round of failures, with tracebacks and causes, of a
 * hundred workflows. */
#define LOG_LINES        10000
#define LOG_BYTES        ((size_t)1 << 20)

/* A worker older than this has connected, or never will. */
#define NEW_NS           ((int64_t)60 * 1000000000)

/* Of more workers, their files are not read. */
#define OUTPUTS_MOST     8

/* Only so many of the newest events name workers that still matter. */
#define EVENTS_LOOKED_AT 30

struct rows {
	struct tsk_call *call;
	const struct tsk_symptoms *symptoms;
	struct tsk_symptom_worker *items;
	size_t count, room;
	int *pids; /* of this host, that polled or held tasks */
	size_t pid_count;
	int outputs; /* how many were read */
};

/* ---- which processes matter ---- */

static void note_identity(struct rows *rows, const char *identity)
{
	int pid = tsk_identity_pid(or_empty(identity));

	for (size_t i = 0; i < rows->pid_count; i++)
		if (rows->pids[i] == pid)
			return;
	if (pid > 0)
		rows->pids[rows->pid_count++] = pid;
}

static void note_identities(struct rows *rows)
{
	const struct tsk_symptoms *symptoms = rows->symptoms;
	const struct tsk_workflow *workflow = symptoms->workflow;
	size_t events = symptoms->newest.count < EVENTS_LOOKED_AT ? symptoms->newest.count
								  : EVENTS_LOOKED_AT;

	rows->pids = tsk_alloc(rows->call,
			       (symptoms->workflow_poller_count + symptoms->activity_poller_count +
				events + workflow->pending_activity_count + 1) *
				       sizeof(*rows->pids));
	for (size_t i = 0; i < symptoms->workflow_poller_count; i++)
		note_identity(rows, symptoms->workflow_pollers[i].identity);
	for (size_t i = 0; i < symptoms->activity_poller_count; i++)
		note_identity(rows, symptoms->activity_pollers[i].identity);
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		note_identity(rows, workflow->pending_activities[i].last_worker_identity);
	for (size_t i = 0; i < events; i++)
		if (symptoms->newest.events[i].type == TSK_EVENT_TASK_STARTED ||
		    symptoms->newest.events[i].type == TSK_EVENT_TASK_FAILED)
			note_identity(rows, symptoms->newest.events[i].identity);
}

static bool is_noted(const struct rows *rows, int pid)
{
	for (size_t i = 0; i < rows->pid_count; i++)
		if (rows->pids[i] == pid)
			return true;
	return false;
}

static bool has_row(const struct rows *rows, int pid)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->items[i].pid == pid)
			return true;
	return false;
}

/* ---- rows ---- */

static bool is_within(const char *path, const char *directory)
{
	size_t size = strlen(directory);

	while (size > 1 && directory[size - 1] == '/')
		size--;
	return strncmp(path, directory, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* The process of a tree that is the worker: who polls, else the first Python, else its root. */
static const struct tsk_process_info *worker_in(const struct rows *rows,
						const struct tsk_process_info *tree)
{
	const struct tsk_process_info *python = NULL;

	for (const struct tsk_process_info *process = tree; process->id.pid; process++) {
		if (is_noted(rows, process->id.pid))
			return process;
		if (!python && strncmp(or_empty(process->name), "python", strlen("python")) == 0)
			python = process;
	}
	return python ? python : tree;
}

/* From what was read before, or from the file that the process writes to. */
static const char *output_tail(struct rows *rows, const struct tsk_symptom_worker *row)
{
	const struct tsk_symptoms *before = rows->symptoms;
	const char *path;

	for (size_t i = 0; i < before->worker_count; i++)
		if (before->workers[i].pid == row->pid &&
		    before->workers[i].started_at == row->started_at)
			return before->workers[i].log_tail;
	if (!is_open(before->workflow) || rows->outputs++ >= OUTPUTS_MOST)
		return NULL;
	path = tsk_process_output(rows->call, row->pid);
	return path ? tsk_file_tail(rows->call, path, LOG_LINES, LOG_BYTES, 0) : NULL;
}

static void add_record(struct rows *rows, const struct tsk_record *record)
{
	const struct tsk_process_info *tree, *process = NULL;
	const char *project = tsk_setting(rows->call, TSK_SETTING_PROJECT_DIR);
	struct tsk_symptom_worker *row = &rows->items[rows->count++];

	*row = (struct tsk_symptom_worker){
		.pid = record->process.pid,
		.project = or_empty(record->name),
		.project_dir = or_empty(record->scope),
		.task_queues = or_empty(record->task_queues),
		.started_at = record->started_at,
		.of_this_project = strcmp(or_empty(record->scope), project) == 0,
		.tracked = true,
	};
	if (tsk_process_runs(&record->process)) {
		tree = tsk_process_tree(rows->call, &record->process, NULL);
		process = tree && tree->id.pid ? worker_in(rows, tree) : NULL;
	}
	if (!process)
		return;
	row->alive = true;
	row->pid = process->id.pid;
	row->started_at = process->started_at;
	row->stopped = process->state == 'T' || process->state == 't';
	if (!row->of_this_project)
		row->log_tail = output_tail(rows, row);
	if (row->of_this_project && row->started_at > tsk_wall_ns() - NEW_NS)
		row->connected = tsk_process_connected(
			rows->call, tree, tsk_setting(rows->call, TSK_SETTING_ADDRESS));
}

static void add_process(struct rows *rows, int pid)
{
	const struct tsk_process_info *process = tsk_process_look(rows->call, pid);
	const char *project = tsk_setting(rows->call, TSK_SETTING_PROJECT_DIR);
	struct tsk_symptom_worker *row = &rows->items[rows->count++];

	*row = (struct tsk_symptom_worker){ .pid = pid, .project = "", .task_queues = "" };
	if (!process || process->state == 'Z' || process->state == 'X')
		return;
	row->alive = true;
	row->started_at = process->started_at;
	row->stopped = process->state == 'T' || process->state == 't';
	row->connected = true;
	row->project_dir = or_empty(process->directory);
	row->of_this_project = *row->project_dir && is_within(row->project_dir, project);
	row->log_tail = output_tail(rows, row);
}

/* ---- log and code ---- */

static void read_log(struct rows *rows, struct tsk_symptoms *symptoms,
		     const struct tsk_record *record)
{
	struct tsk_call *call = rows->call;
	const char *path =
		record && *or_empty(record->log)
			? record->log
			: tsk_log_path(call, "worker", tsk_setting(call, TSK_SETTING_PROJECT_NAME),
				       tsk_setting(call, TSK_SETTING_PROJECT_DIR));

	if (!path || symptoms->worker_log_tail || !is_open(symptoms->workflow))
		return;
	symptoms->worker_log_tail = tsk_file_tail(call, path, LOG_LINES, LOG_BYTES, 0);
	symptoms->worker_log = symptoms->worker_log_tail ? path : NULL;
}

/* Whether anything was tried more than once: only then does it matter whether the code is new. */
static bool is_in_trouble(const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		if (workflow->pending_activities[i].attempt > 1)
			return true;
	return workflow->pending_task.present && workflow->pending_task.attempt > 1;
}

static void find_stale_code(struct rows *rows)
{
	if (!is_open(rows->symptoms->workflow) || !is_in_trouble(rows->symptoms->workflow))
		return;
	for (size_t i = 0; i < rows->count; i++) {
		struct tsk_symptom_worker *row = &rows->items[i];

		if (row->alive && row->of_this_project && !row->stale_files.count)
			tsk_stale_files(rows->call,
					tsk_setting(rows->call, TSK_SETTING_PROJECT_DIR),
					row->started_at, &row->stale_files);
	}
}

static bool server_is_ours(struct tsk_call *call)
{
	const struct tsk_record *record = tsk_record_list(call, "server", NULL);

	for (; record && record->kind; record++)
		if (strcmp(or_empty(record->address), tsk_setting(call, TSK_SETTING_ADDRESS)) ==
			    0 &&
		    tsk_process_runs(&record->process))
			return true;
	return false;
}

void tsk_symptoms_host(struct tsk_call *call, struct tsk_symptoms *symptoms)
{
	struct rows rows = { .call = call, .symptoms = symptoms };
	const struct tsk_record *records, *own = NULL;
	size_t record_count = 0;

	/* Whoever calls may have an error recorded; what the host does not tell is no error. */
	bool failed_before = tsk_error(call) != TSK_OK;
	note_identities(&rows);
	records = tsk_record_list(call, "worker", &record_count);
	rows.room = record_count + rows.pid_count;
	rows.items = tsk_alloc(call, (rows.room + 1) * sizeof(*rows.items));
	for (size_t i = 0; records && i < record_count; i++) {
		add_record(&rows, &records[i]);
		if (rows.items[rows.count - 1].of_this_project)
			own = &records[i];
	}
	for (size_t i = 0; i < rows.pid_count; i++)
		if (!has_row(&rows, rows.pids[i]))
			add_process(&rows, rows.pids[i]);
	find_stale_code(&rows);
	read_log(&rows, symptoms, own);
	symptoms->workers = rows.items;
	symptoms->worker_count = rows.count;
	symptoms->server_is_ours = server_is_ours(call);
	if (!failed_before && tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
}
