/* The host's side of the symptoms: which worker processes there are, whose they are, what their log
 * says. */
#include "host_workers.h"
#include "classifier.h"
#include "code_change.h"
#include "passport_facts.h"
#include "who_polls.h"

#include <temporal-skill/text.h>

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

struct seen_worker {
	struct tsk_symptom_worker row;
	bool output_read, code_read;
};

/* ---- which processes matter: those that polled or held tasks ---- */

struct pids {
	int *items;
	size_t count;
};

static bool has_pid(const struct pids *pids, int pid)
{
	for (size_t i = 0; i < pids->count; i++)
		if (pids->items[i] == pid)
			return true;
	return false;
}

static void note_identity(struct pids *pids, const char *identity)
{
	int pid = tsk_identity_pid(or_empty(identity));

	if (pid > 0 && !has_pid(pids, pid))
		pids->items[pids->count++] = pid;
}

static struct pids pids_of(struct tsk_call *call, const struct tsk_symptoms *symptoms)
{
	const struct tsk_workflow *workflow = symptoms->workflow;
	struct pids pids = { .count = 0 };
	size_t events = symptoms->newest.count < EVENTS_LOOKED_AT ? symptoms->newest.count
								  : EVENTS_LOOKED_AT;

	pids.items =
		tsk_alloc(call, (symptoms->workflow_poller_count + symptoms->activity_poller_count +
				 events + workflow->pending_activity_count + 1) *
					sizeof(*pids.items));
	for (size_t i = 0; i < symptoms->workflow_poller_count; i++)
		note_identity(&pids, symptoms->workflow_pollers[i].identity);
	for (size_t i = 0; i < symptoms->activity_poller_count; i++)
		note_identity(&pids, symptoms->activity_pollers[i].identity);
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		note_identity(&pids, workflow->pending_activities[i].last_worker_identity);
	for (size_t i = 0; i < events; i++)
		if (symptoms->newest.events[i].type == TSK_EVENT_ACTIVITY_STARTED ||
		    symptoms->newest.events[i].type == TSK_EVENT_TASK_STARTED ||
		    symptoms->newest.events[i].type == TSK_EVENT_TASK_FAILED)
			note_identity(&pids, symptoms->newest.events[i].identity);
	return pids;
}

/* ---- what is looked at once ---- */

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

void host_look(struct host *host)
{
	const char *project = tsk_setting(host->call, TSK_SETTING_PROJECT_DIR);

	if (host->looked)
		return;
	host->looked = true;
	host->records = tsk_record_list(host->call, "worker", &host->record_count);
	if (!host->records)
		host->record_count = 0;
	host->trees = tsk_alloc(host->call, (host->record_count + 1) * sizeof(*host->trees));
	host->logs = tsk_alloc(host->call, (host->record_count + 1) * sizeof(*host->logs));
	for (size_t i = 0; i < host->record_count; i++) {
		const struct tsk_record *record = &host->records[i];

		if (strcmp(or_empty(record->scope), project) == 0)
			host->own = record;
		if (tsk_process_runs(&record->process))
			host->trees[i] = tsk_process_tree(host->call, &record->process, NULL);
	}
	read_passports(host);
	host->server_is_ours = server_is_ours(host->call);
}

/* Of one that completed the log may say which handlers were cut off, of one that failed what it
 * failed with. */
static bool matters_still(const struct tsk_workflow *workflow)
{
	return is_open(workflow) || workflow->status == TSK_WORKFLOW_COMPLETED ||
	       workflow->status == TSK_WORKFLOW_FAILED;
}

/* Of several workers of the project the one that polls the workflow's queue; NULL: it has none. */
static const struct tsk_record *own_record(const struct host *host,
					   const struct tsk_workflow *workflow)
{
	for (size_t i = 0; host->own && i < host->record_count; i++)
		if (strcmp(or_empty(host->records[i].scope), host->own->scope) == 0 &&
		    lists_queue(or_empty(host->records[i].task_queues),
				or_empty(workflow->task_queue)))
			return &host->records[i];
	return host->own;
}

static void read_log(struct host *host, struct tsk_symptoms *symptoms)
{
	struct tsk_call *call = host->call;

	if (symptoms->worker_log_tail || !matters_still(symptoms->workflow))
		return;
	const struct tsk_record *own = own_record(host, symptoms->workflow);
	struct host_log *log =
		&host->logs[own ? (size_t)(own - host->records) : host->record_count];

	if (!log->read) {
		log->path = own && *or_empty(own->log)
				    ? own->log
				    : tsk_log_path(call, "worker",
						   tsk_setting(call, TSK_SETTING_PROJECT_NAME),
						   tsk_setting(call, TSK_SETTING_PROJECT_DIR));
		log->tail =
			log->path ? tsk_file_tail(call, log->path, LOG_LINES, LOG_BYTES, 0) : NULL;
		log->read = true;
	}
	symptoms->worker_log_tail = log->tail;
	symptoms->worker_log = log->tail ? log->path : NULL;
}

/* ---- workers ---- */

static bool is_within(const char *path, const char *directory)
{
	size_t size = strlen(directory);

	while (size > 1 && directory[size - 1] == '/')
		size--;
	return strncmp(path, directory, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* The process of a tree that is the worker: who polls, else the first Python, else its root. */
static const struct tsk_process_info *worker_in(const struct tsk_process_info *tree,
						const struct pids *pids)
{
	const struct tsk_process_info *python = NULL;

	for (const struct tsk_process_info *process = tree; process->id.pid; process++) {
		if (has_pid(pids, process->id.pid))
			return process;
		if (!python && strncmp(or_empty(process->name), "python", strlen("python")) == 0)
			python = process;
	}
	return python ? python : tree;
}

/* The one that was seen before; else a new one, with its PID alone. */
static struct seen_worker *seen_worker(struct host *host, int pid)
{
	for (size_t i = 0; i < host->seen_count; i++)
		if (host->seen[i].row.pid == pid)
			return &host->seen[i];
	host->seen = tsk_grow(host->call, host->seen, host->seen_count, &host->seen_room,
			      sizeof(*host->seen));
	host->seen[host->seen_count] = (struct seen_worker){ .row = { .pid = pid } };
	return &host->seen[host->seen_count++];
}

static void take_process(struct tsk_symptom_worker *row, const struct tsk_process_info *process)
{
	row->alive = true;
	row->started_at = process->started_at;
	row->stopped = process->state == 'T' || process->state == 't';
}

static struct seen_worker *see_record(struct host *host, size_t at, const struct pids *pids)
{
	const struct tsk_record *record = &host->records[at];
	const struct tsk_process_info *tree = host->trees[at];
	const struct tsk_process_info *process =
		tree && tree->id.pid ? worker_in(tree, pids) : NULL;
	struct seen_worker *seen =
		seen_worker(host, process ? process->id.pid : record->process.pid);
	struct tsk_symptom_worker *row = &seen->row;

	if (row->tracked)
		return seen;
	row->project = or_empty(record->name);
	row->project_dir = or_empty(record->scope);
	row->task_queues = or_empty(record->task_queues);
	row->started_at = record->started_at;
	row->of_this_project =
		strcmp(row->project_dir, tsk_setting(host->call, TSK_SETTING_PROJECT_DIR)) == 0;
	row->tracked = true;
	row->connected = false;
	/* This project's log has a place of its own. */
	seen->output_read = row->of_this_project;
	if (!process)
		return seen;
	take_process(row, process);
	if (row->of_this_project && row->started_at > tsk_wall_ns() - NEW_NS)
		row->connected = tsk_process_connected(
			host->call, tree, tsk_setting(host->call, TSK_SETTING_ADDRESS));
	return seen;
}

static struct seen_worker *see_process(struct host *host, int pid)
{
	struct seen_worker *seen = seen_worker(host, pid);
	struct tsk_symptom_worker *row = &seen->row;
	const struct tsk_process_info *process;

	if (row->project)
		return seen;
	row->project = "";
	row->task_queues = "";
	process = tsk_process_look(host->call, pid);
	if (!process)
		return seen;
	take_process(row, process);
	row->connected = true;
	row->project_dir = or_empty(process->directory);
	row->of_this_project =
		*row->project_dir &&
		is_within(row->project_dir, tsk_setting(host->call, TSK_SETTING_PROJECT_DIR));
	return seen;
}

/* The file that it writes to. */
static void read_output(struct host *host, struct seen_worker *seen)
{
	const char *path;

	if (seen->output_read || !seen->row.alive || host->outputs >= OUTPUTS_MOST)
		return;
	seen->output_read = true;
	host->outputs++;
	path = tsk_process_output(host->call, seen->row.pid);
	if (path)
		seen->row.log_tail = tsk_file_tail(host->call, path, LOG_LINES, LOG_BYTES, 0);
}

/* Whether anything was tried more than once: only then does it matter whether the code is new. */
static bool is_in_trouble(const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		if (workflow->pending_activities[i].attempt > 1)
			return true;
	return workflow->pending_task.present && workflow->pending_task.attempt > 1;
}

static void find_stale_code(struct host *host, struct seen_worker *seen)
{
	if (seen->code_read || !seen->row.alive || !seen->row.of_this_project)
		return;
	seen->code_read = true;
	tsk_stale_files(host->call, tsk_setting(host->call, TSK_SETTING_PROJECT_DIR),
			seen->row.started_at, &seen->row.stale_files);
}

static struct tsk_symptom_worker row_of(struct host *host, struct seen_worker *seen,
					const struct tsk_symptoms *symptoms)
{
	struct tsk_symptom_worker row;

	if (is_open(symptoms->workflow)) {
		read_output(host, seen);
		if (is_in_trouble(symptoms->workflow))
			find_stale_code(host, seen);
	}
	row = seen->row;
	/* Where its record does not say, it told the server with a heartbeat. */
	for (size_t i = 0; i < symptoms->listed_count && !*or_empty(row.task_queues); i++)
		if (tsk_identity_pid(symptoms->listed[i].identity) == row.pid)
			row.task_queues = symptoms->listed[i].task_queue;
	return row;
}

/* ---- the whole ---- */

static bool has_row(const struct tsk_symptom_worker *rows, size_t count, int pid)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].pid == pid)
			return true;
	return false;
}

void host_tell(struct host *host, struct tsk_symptoms *symptoms)
{
	/* Whoever calls may have an error recorded; what the host does not tell is no error. */
	bool failed_before = tsk_error(host->call) != TSK_OK;
	struct tsk_symptom_worker *rows;
	struct pids pids;
	size_t count = 0;

	host_look(host);
	pids = pids_of(host->call, symptoms);
	rows = tsk_alloc(host->call, (host->record_count + pids.count + 1) * sizeof(*rows));
	for (size_t i = 0; i < host->record_count; i++)
		rows[count++] = row_of(host, see_record(host, i, &pids), symptoms);
	for (size_t i = 0; i < pids.count; i++)
		if (!has_row(rows, count, pids.items[i]))
			rows[count++] = row_of(host, see_process(host, pids.items[i]), symptoms);
	read_log(host, symptoms);
	symptoms->workers = rows;
	symptoms->worker_count = count;
	symptoms->server_is_ours = host->server_is_ours;
	note_changed_sources(host->call, symptoms);
	note_passports(host, symptoms);
	if (!failed_before && tsk_error(host->call) != TSK_INTERRUPTED)
		tsk_forget_error(host->call);
}

void tsk_symptoms_host(struct tsk_call *call, struct tsk_symptoms *symptoms)
{
	struct host host = { .call = call };

	host_tell(&host, symptoms);
}
