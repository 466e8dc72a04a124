/* Finding workers: by record, by the mark in their environment, by command line, by what they poll,
 * by name. Each process is of one worker only; the surer sign comes first. */
#include "finder.h"
#include "passports.h"

#include <string.h>
#include <unistd.h>

bool finder_wants(const struct finder *finder, unsigned what)
{
	return (finder->query->what & what) != 0;
}

/* ---- the picture of all processes ---- */

size_t finder_row(const struct finder *finder, int pid)
{
	size_t row = 0;

	while (row < finder->all_count && finder->all[row].id.pid != pid)
		row++;
	return row;
}

/* An activity may well call this program: then a worker is our ancestor, and none that we may stop.
 */
static void bar_ancestors(struct finder *finder)
{
	int pid = getpid();

	for (size_t row = finder_row(finder, pid); row < finder->all_count && !finder->taken[row];
	     row = finder_row(finder, pid)) {
		finder->taken[row] = true;
		pid = finder->all[row].parent;
	}
}

static void take_tree(struct finder *finder, const struct tsk_process_info *tree)
{
	for (; tree->id.pid; tree++) {
		size_t row = finder_row(finder, tree->id.pid);
		if (row < finder->all_count)
			finder->taken[row] = true;
	}
}

/* ---- one worker ---- */

static const char *environment_of(struct tsk_call *call, const struct worker *worker,
				  const char *variable)
{
	const char *value =
		worker->main ? tsk_process_environment(call, worker->main->id.pid, variable) : NULL;

	return value ? value : "";
}

/* Of one that was started by hand, and where the record's was renamed, the file that it writes to.
 */
static const char *log_of(struct tsk_call *call, const struct worker *worker)
{
	const char *recorded = worker->record ? worker->record->log : "";
	const char *written =
		worker->main ? tsk_process_output_file(call, &worker->main->id) : NULL;

	/* Also of one that we started: a script of the project may send its worker's output to a
	 * file of its own. */
	return written ? written : recorded;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void name_worker(struct tsk_call *call, struct worker *worker)
{
	if (worker->record) {
		worker->name = name_in_record(call, worker->record, &worker->project);
		return;
	}
	worker->project = strcmp(worker->directory, project_directory(call)) == 0
				  ? project_name(call)
				  : base_name(worker->directory);
	worker->name =
		strcmp(worker->how, "mark") == 0 ? environment_of(call, worker, MARK_NAME) : "";
}

/* The record tells what it polled when it was started. Queues of elsewhere are named where it has
 * none here. */
static const char *with_passport(struct tsk_call *call, const struct worker *worker)
{
	const struct tsk_passport *passport = &worker->passport;
	const char *here = worker->task_queues, *all = here;

	for (size_t i = 0; i < passport->count; i++) {
		const char *queue = passport->workers[i].task_queue;
		all = join_queue(call, all, queue);
		if (passport_is_our_namespace(call, &passport->workers[i]))
			here = join_queue(call, here, queue);
	}
	return *here ? here : all;
}

void finder_add(struct finder *finder, const struct tsk_process *root,
		const struct tsk_record *record, const char *directory, const char *how)
{
	struct tsk_call *call = finder->call;
	struct worker worker = { .id = *root, .record = record, .how = how };

	if (record && tsk_record_whereabouts(call, record) == TSK_ELSEWHERE)
		worker.elsewhere = tsk_record_place(call, record);
	else
		worker.tree = tsk_process_tree(call, root, &worker.count);
	if (!worker.tree)
		worker.tree = tsk_alloc(call, sizeof(*worker.tree));
	worker.main = worker_main(call, &worker);
	worker.directory = record ? record->scope : directory;
	name_worker(call, &worker);
	worker.address =
		record ? record->address : environment_of(call, &worker, "TEMPORAL_ADDRESS");
	worker.log = log_of(call, &worker);
	worker.task_queues = record ? record->task_queues : "";
	worker.started_at = worker.main ? worker.main->started_at : record ? record->started_at : 0;
	if (record && worker.count) {
		worker.passport = tsk_passport_read(call, record, worker.tree);
		worker.task_queues = with_passport(call, &worker);
	}
	finder->items =
		tsk_grow(call, finder->items, finder->count, &finder->room, sizeof(*finder->items));
	finder->items[finder->count++] = worker;
	take_tree(finder, worker.tree);
}

/* ---- by record ---- */

static enum tsk_status find_by_record(struct finder *finder)
{
	struct tsk_call *call = finder->call;
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	for (; !tsk_error(call) && record->kind; record++) {
		bool mine = strcmp(record->scope, project_directory(call)) == 0;
		if (!finder_wants(finder, FIND_TRACKED) &&
		    !(mine && finder_wants(finder, FIND_PROJECT)))
			continue;
		if (mine)
			for (struct tsk_strings queues = split_queues(call, record->task_queues);
			     queues.count; queues.items++, queues.count--)
				finder->queues = join_queue(call, finder->queues, *queues.items);
		finder_add(finder, &record->process, record, NULL, "record");
	}
	return tsk_error(call);
}

/* ---- by mark: we started it, and the record is lost or in another PID_DIR ---- */

static void read_marks(struct finder *finder)
{
	finder->marks = tsk_alloc(finder->call, (finder->all_count + 1) * sizeof(*finder->marks));
	for (size_t row = 0; row < finder->all_count; row++)
		if (!finder->taken[row])
			finder->marks[row] = tsk_process_environment(finder->call,
								     finder->all[row].id.pid, MARK);
}

/* Children inherit the mark: the topmost one that has it is the root. */
static size_t topmost_marked(const struct finder *finder, size_t row)
{
	for (;;) {
		size_t parent = finder_row(finder, finder->all[row].parent);
		if (parent == finder->all_count || finder->taken[parent] ||
		    !finder->marks[parent] ||
		    strcmp(finder->marks[parent], finder->marks[row]) != 0)
			return row;
		row = parent;
	}
}

static void find_by_mark(struct finder *finder)
{
	struct tsk_call *call = finder->call;

	for (size_t row = 0; row < finder->all_count; row++) {
		if (finder->taken[row] || !finder->marks[row] || !*finder->marks[row])
			continue;
		bool mine = strcmp(finder->marks[row], project_directory(call)) == 0;
		const char *where =
			tsk_process_environment(call, finder->all[row].id.pid, MARK_PID_DIR);
		bool here = where && strcmp(where, tsk_setting(call, TSK_SETTING_PID_DIR)) == 0;
		if ((mine && finder_wants(finder, FIND_PROJECT)) ||
		    (here && finder_wants(finder, FIND_TRACKED)) ||
		    finder_wants(finder, FIND_OTHERS))
			finder_add(finder, &finder->all[topmost_marked(finder, row)].id, NULL,
				   finder->marks[row], "mark");
	}
}

/* ---- by command line: started by hand in the project's directory ---- */

bool finder_is_of_project(const struct finder *finder, size_t row)
{
	const struct tsk_process_info *process = &finder->all[row];

	return !finder->taken[row] && process->directory &&
	       belongs_to(finder->call, process->directory, project_directory(finder->call));
}

static enum likeness likeness_of(const struct finder *finder, size_t row,
				 const struct own_worker **which)
{
	const struct command_place place = { .directory = project_directory(finder->call),
					     .working = finder->all[row].directory };

	return most_alike(finder->call, &place, finder->query->own, &finder->all[row].words, which);
}

/* uv that has python as its child is the root, and so is a worker that starts a worker. */
static size_t topmost_of_project(const struct finder *finder, size_t row)
{
	const struct own_worker *which;

	for (;;) {
		size_t parent = finder_row(finder, finder->all[row].parent);
		if (parent == finder->all_count || !finder_is_of_project(finder, parent))
			return row;
		if (!is_launcher(&finder->all[parent]) &&
		    likeness_of(finder, parent, &which) != RUNS_THE_SAME)
			return row;
		row = parent;
	}
}

struct worker *finder_add_of_project(struct finder *finder, size_t row, const char *how)
{
	finder_add(finder, &finder->all[topmost_of_project(finder, row)].id, NULL,
		   project_directory(finder->call), how);
	return &finder->items[finder->count - 1];
}

static void find_by_command(struct finder *finder)
{
	const struct own_worker *which = NULL;

	for (size_t row = 0; row < finder->all_count; row++)
		if (finder_is_of_project(finder, row) &&
		    likeness_of(finder, row, &which) == RUNS_THE_SAME) {
			struct worker *worker = finder_add_of_project(finder, row, "command line");
			worker_claim_command(finder->call, worker, &finder->all[row]);
			worker->name = which->name;
		}
}

/* What is only like it: an entry point's name as a module's, a worker of another module. */
static void find_alike(struct finder *finder)
{
	const char *address = tsk_setting(finder->call, TSK_SETTING_ADDRESS);
	const struct own_worker *which;

	for (size_t row = 0; row < finder->all_count; row++) {
		const struct tsk_process_info one[2] = { finder->all[row] };
		if (finder_is_of_project(finder, row) &&
		    (likeness_of(finder, row, &which) == RUNS_ALIKE ||
		     (worker_is_python(one) && looks_like_worker(one) &&
		      tsk_process_connected(finder->call, one, address))))
			finder_add_of_project(finder, row, "alike");
	}
}

/* ---- by name ---- */

/* The weakest sign: Python connected to the server, running something that is called a worker. */
static void find_by_name(struct finder *finder)
{
	const char *address = tsk_setting(finder->call, TSK_SETTING_ADDRESS);

	for (size_t row = 0; row < finder->all_count; row++) {
		const struct tsk_process_info one[2] = { finder->all[row] };
		if (!finder->taken[row] && worker_is_python(&finder->all[row]) &&
		    looks_like_worker(&finder->all[row]) &&
		    tsk_process_connected(finder->call, one, address))
			finder_add(finder, &finder->all[row].id, NULL,
				   finder->all[row].directory ? finder->all[row].directory : "",
				   "connection");
	}
}

/* ---- all of it ---- */

/* Those that the settings name, to ask the server about. */
static const char *wanted_queues(const struct finder *finder)
{
	const struct own_workers *own = finder->query->own;
	const char *queues = finder->query->task_queue
				     ? finder->query->task_queue
				     : tsk_setting(finder->call, TSK_SETTING_TASK_QUEUE);

	for (size_t i = 0; own->named && i < own->count; i++)
		if (*own->items[i].task_queue)
			queues = join_queue(finder->call, queues, own->items[i].task_queue);
	return queues;
}

enum tsk_status find_workers(struct tsk_call *call, const struct worker_query *query,
			     struct worker_list *workers)
{
	struct finder finder = { .call = call, .query = query };
	struct tsk_process us;

	finder.queues = wanted_queues(&finder);
	/* What cannot be seen is not said to be nothing. */
	if (!tsk_process_identify(getpid(), &us))
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot look for workers: /proc is not there, or is that of "
				"another PID namespace");
	finder.all = tsk_process_list(call, &finder.all_count);
	finder.taken = tsk_alloc(call, (finder.all_count + 1) * sizeof(*finder.taken));
	bar_ancestors(&finder);
	if (find_by_record(&finder))
		return tsk_error(call);
	read_marks(&finder);
	find_by_mark(&finder);
	if (finder_wants(&finder, FIND_PROJECT))
		find_by_command(&finder);
	if (query->answers) {
		find_by_queue(&finder);
		find_by_heartbeat(&finder);
	}
	if (finder_wants(&finder, FIND_ALIKE)) {
		find_alike(&finder);
		if (query->answers)
			find_by_sources(&finder);
	}
	if (finder_wants(&finder, FIND_OTHERS))
		find_by_name(&finder);
	for (size_t i = 0; i < finder.count; i++)
		worker_judge(call, &finder.items[i]);
	*workers = (struct worker_list){ .items = finder.items, .count = finder.count };
	if (query->name)
		*workers = workers_named(call, workers, query->name);
	return tsk_error(call);
}
