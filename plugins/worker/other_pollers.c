/* Pollers of the project's queues that are no process of its workers here: on other hosts, in
 * containers and sandboxes, in other projects and working trees of this machine. They take the
 * queue's tasks, maybe with older code. */
#include "worker.h"

#include <string.h>
#include <unistd.h>

/* Named in one sentence; the list of the result has them all. */
#define NAMED_MOST     3

/* Clock ticks of process starts and the server's clock may differ by as much. */
#define CLOCK_SLACK_NS ((int64_t)50 * 1000000)

struct search {
	struct tsk_call *call;
	const struct worker_list *workers;
	int64_t since;
	const struct tsk_process_info *all;
	struct other_poller *items;
	size_t count, room;
	struct tsk_lines maybe_ours;
	size_t untold; /* workers of ours that the server lists under no number */
};

/* Those of other projects that poll the queue take its tasks as anyone does. */
static bool is_of_project(const struct search *search, const struct worker *worker)
{
	return !worker->directory ||
	       strcmp(worker->directory, project_directory(search->call)) == 0;
}

static bool is_of_workers(const struct search *search, const struct tsk_poller *poller)
{
	const struct queue_pollers one = { .items = poller, .count = 1, .known = true };

	for (size_t i = 0; i < search->workers->count; i++)
		if (search->workers->items[i].count &&
		    is_of_project(search, &search->workers->items[i]) &&
		    queue_poller_of(search->call, &one, search->workers->items[i].tree))
			return true;
	return false;
}

/* One that we see in a container or sandbox below us, under a number of ours. */
static const struct tsk_process_info *find_below(const struct search *search, int inner)
{
	const uint64_t own = tsk_process_namespace(getpid());

	for (const struct tsk_process_info *at = search->all; at->id.pid; at++) {
		uint64_t its = tsk_process_namespace(at->id.pid);
		if (its && its != own && tsk_process_inner_pid(at->id.pid) == inner &&
		    at->words.count)
			return at;
	}
	return NULL;
}

static const char *where_here(struct tsk_call *call, const struct tsk_process_info *process)
{
	if (!process->directory)
		return "here";
	return tsk_format(call, "here, in %s%s", process->directory,
			  is_other_working_tree(call, process->directory)
				  ? ", another working tree of this repository"
				  : "");
}

/* Whether one that is no process here has ended: nobody else reaches a server of this machine under
 * this machine's name. */
static bool has_ended(const struct search *search)
{
	return tsk_process_all_are_seen() &&
	       tsk_address_is_here(tsk_setting(search->call, TSK_SETTING_ADDRESS));
}

/* NULL: it may be one that has ended a moment ago. *stop: what stops it, where it is set. */
static const char *where_is(const struct search *search, const struct tsk_poller *poller,
			    const char **stop)
{
	struct tsk_call *call = search->call;
	int pid = tsk_identity_pid(poller->identity);
	const struct tsk_process_info *process;

	if (!pid)
		return "on another host or in a container";
	if ((process = poller_process(call, poller))) {
		*stop = stop_other(call, process);
		return where_here(call, process);
	}
	if ((process = find_below(search, pid)))
		return tsk_format(call, "in a container or sandbox, here pid %d", process->id.pid);
	process = tsk_process_look(call, pid);
	if (!process && has_ended(search))
		return NULL;
	/* The number was somebody else's here when it polled; else it may be a number that was
	 * given again, as the small ones of a sandbox are. */
	if (process)
		return process->started_at < poller->last_access_at - CLOCK_SLACK_NS
			       ? tsk_format(call, "in another PID namespace; pid %d here is '%s'",
					    pid, process->name)
			       : tsk_format(call,
					    "it has ended since, or is in another PID namespace: "
					    "pid %d here is '%s', which began since",
					    pid, process->name);
	/* Of this project's workers here that may have had it, all had ended by then; one of
	 * another project may have ended since. */
	if (search->since && poller->last_access_at > search->since + CLOCK_SLACK_NS)
		return "it has ended since, or is in another PID namespace of this host";
	return NULL;
}

/* Of an identity that is no PID@host. It may still be a second connection of ours. */
static const char *where_is_named(const struct search *search, const struct tsk_poller *poller)
{
	return search->since && poller->last_access_at > search->since + CLOCK_SLACK_NS
		       ? "on another host or in a container, or here under a name of its own"
		       : "on another host or in a container, or here under a name of its own, "
			 "unless it has ended";
}

static void add(struct search *search, const struct tsk_poller *poller, const char *queue,
		const char *where, const char *stop)
{
	for (size_t i = 0; i < search->count; i++) {
		struct other_poller *known = &search->items[i];
		if (strcmp(known->identity, poller->identity) != 0 ||
		    strcmp(known->queue, queue) != 0)
			continue;
		if (poller->last_access_at > known->last_access_at)
			known->last_access_at = poller->last_access_at;
		return;
	}
	if (!where || search->count == search->room)
		return;
	search->items[search->count++] = (struct other_poller){
		.queue = queue,
		.identity = poller->identity,
		.where = where,
		.version = poller->version ? poller->version : "",
		.stop = stop,
		.last_access_at = poller->last_access_at,
	};
}

/* One of this project's. */
static bool runs_here(const struct search *search, const struct worker *worker)
{
	return worker->count && !worker->elsewhere && is_of_project(search, worker);
}

/* On one of these queues, by its number. */
static bool is_told(const struct search *search, struct queue_answers *answers,
		    const struct tsk_strings *queues, const struct worker *worker)
{
	for (size_t i = 0; i < queues->count; i++)
		if (queue_poller_of(search->call,
				    queue_ask(search->call, answers, queues->items[i]),
				    worker->tree))
			return true;
	return false;
}

/* How many workers of ours are told by their number on none of the queues, nor on those that they
 * are known to poll, as one of several polls another: where there is none, an identity without a
 * number is nobody's of them. */
static size_t count_untold(const struct search *search, struct queue_answers *answers,
			   const struct tsk_strings *queues)
{
	size_t untold = 0;

	for (size_t i = 0; i < search->workers->count; i++) {
		const struct worker *worker = &search->workers->items[i];
		if (!runs_here(search, worker) || is_told(search, answers, queues, worker))
			continue;
		const struct tsk_strings own =
			split_queues(search->call, worker->task_queues ? worker->task_queues : "");
		untold += !is_told(search, answers, &own, worker);
	}
	return untold;
}

/* Whether an identity of its own choice on that queue cannot be that of our worker: that one is on
 * it under its number, or there is none. */
static bool is_nobodys_of_ours(const struct search *search, const struct queue_pollers *answer)
{
	bool none = true;

	for (size_t i = 0; i < search->workers->count; i++) {
		const struct worker *worker = &search->workers->items[i];
		if (!runs_here(search, worker))
			continue;
		if (queue_poller_of(search->call, answer, worker->tree))
			return true;
		none = false;
	}
	return none;
}

/* named: an identity of its own choice on that queue is nobody's of ours. */
static void consider(struct search *search, const struct tsk_poller *poller, const char *queue,
		     bool named)
{
	const char *stop = NULL;

	if (!poller_is_fresh(poller) || is_of_workers(search, poller))
		return;
	if (strchr(poller->identity, '@')) {
		const char *where = where_is(search, poller, &stop);
		add(search, poller, queue, where, stop);
	} else if (named)
		add(search, poller, queue, where_is_named(search, poller), NULL);
	else if (poller->last_access_at > search->since + CLOCK_SLACK_NS &&
		 !tsk_lines_hold(&search->maybe_ours, poller->identity))
		tsk_lines_push(&search->maybe_ours, poller->identity);
}

struct other_pollers find_other_pollers(struct tsk_call *call, struct queue_answers *answers,
					const char *queues, const struct worker_list *workers,
					int64_t since)
{
	struct tsk_strings list = split_queues(call, queues);
	struct search search = {
		.call = call, .workers = workers, .since = since, .maybe_ours = { .call = call }
	};

	search.all = list.count ? tsk_process_list(call, NULL) : NULL;
	for (size_t i = 0; i < list.count; i++)
		search.room += queue_ask(call, answers, list.items[i])->count;
	search.items = tsk_alloc(call, (search.room + 1) * sizeof(*search.items));
	search.untold = count_untold(&search, answers, &list);
	bool told = list.count && !search.untold;
	for (size_t i = 0; i < list.count; i++) {
		const struct queue_pollers *answer = queue_ask(call, answers, list.items[i]);
		bool named = told && is_nobodys_of_ours(&search, answer);
		for (size_t k = 0; k < answer->count; k++)
			consider(&search, &answer->items[k], list.items[i], named);
	}
	return (struct other_pollers){ .items = search.items,
				       .count = search.count,
				       .maybe_ours = tsk_lines_take(&search.maybe_ours),
				       .ours_of_them = search.untold ? search.untold : 1 };
}

const char *project_queues(struct tsk_call *call, const struct worker_list *workers)
{
	const char *queues = tsk_setting(call, TSK_SETTING_TASK_QUEUE);
	struct tsk_strings found;

	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		struct tsk_strings its = split_queues(call, worker->task_queues);
		/* Those of other projects that are listed too have queues of their own. */
		if (strcmp(worker->directory, project_directory(call)) != 0 ||
		    strcmp(worker->how, "alike") == 0)
			continue;
		for (size_t k = 0; k < its.count; k++)
			queues = join_queue(call, queues, its.items[k]);
	}
	if (*queues)
		return queues;
	tsk_source_queues(call, project_directory(call), &found);
	for (size_t i = 0; i < found.count; i++)
		queues = join_queue(call, queues, found.items[i]);
	return queues;
}

/* The server remembers one that has ended for as long as a poll lasts. */
static const char *age_text(struct tsk_call *call, int64_t at)
{
	int64_t ago = tsk_wall_ns() - at;

	return tsk_duration_text(call, ago > 0 ? ago / 1000000 : 0);
}

static const char *names_text(struct tsk_call *call, const struct tsk_strings *names)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < names->count && i < NAMED_MOST; i++)
		tsk_text_join(&text, ", ", "%s", names->items[i]);
	return tsk_text_value(&text);
}

const char *other_pollers_text(struct tsk_call *call, const struct other_pollers *others)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < others->count && i < NAMED_MOST; i++) {
		const struct other_poller *one = &others->items[i];
		tsk_text_join(&text, "; ",
			      "%s polls '%s', too, and takes its tasks (%s%s%s; seen %s ago)",
			      one->identity, one->queue, one->where,
			      *one->version ? "; version " : "", one->version,
			      age_text(call, one->last_access_at));
	}
	if (others->count > NAMED_MOST)
		tsk_text_format(&text, "; and %zu more", others->count - NAMED_MOST);
	if (others->maybe_ours.count > others->ours_of_them)
		tsk_text_join(&text, "; ",
			      "%zu pollers have names of their own (%s): %s, and the others take "
			      "%s tasks, too",
			      others->maybe_ours.count, names_text(call, &others->maybe_ours),
			      others->ours_of_them == 1
				      ? "one is this project's worker"
				      : tsk_format(call, "%zu are this project's workers",
						   others->ours_of_them),
			      others->ours_of_them == 1 ? "its" : "their");
	return text.bytes;
}

void say_other_pollers(cJSON *object, const struct other_pollers *others)
{
	cJSON *list = tsk_set_list(object, "other_pollers");

	for (size_t i = 0; i < others->count; i++) {
		cJSON *row = tsk_append_object(list);
		tsk_set(row, "identity", others->items[i].identity);
		tsk_set(row, "task_queue", others->items[i].queue);
		tsk_set(row, "where", others->items[i].where);
		if (*others->items[i].version)
			tsk_set(row, "version", others->items[i].version);
		if (others->items[i].stop)
			tsk_set(row, "stop", others->items[i].stop);
		tsk_set_time(row, "last_access_at", others->items[i].last_access_at);
	}
	if (!others->maybe_ours.count)
		return;
	list = tsk_set_list(object, "maybe_ours");
	for (size_t i = 0; i < others->maybe_ours.count; i++)
		tsk_append(list, others->maybe_ours.items[i]);
	if (others->ours_of_them > 1)
		tsk_set_number(object, "ours_of_them", (int64_t)others->ours_of_them);
}
