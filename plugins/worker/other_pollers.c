/* Pollers of the project's queues that are no process of its workers here: on other hosts, in
 * containers and sandboxes, in other projects of this machine. They take the queue's tasks, maybe
 * with older code. */
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
};

static bool is_of_workers(const struct search *search, const struct tsk_poller *poller)
{
	const struct queue_pollers one = { .items = poller, .count = 1, .known = true };

	for (size_t i = 0; i < search->workers->count; i++)
		if (search->workers->items[i].count &&
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

/* NULL: it may be one that has ended a moment ago. */
static const char *where_is(const struct search *search, const struct tsk_poller *poller)
{
	struct tsk_call *call = search->call;
	int pid = tsk_identity_pid(poller->identity);
	const struct tsk_process_info *process;

	if (!pid)
		return "on another host or in a container";
	if ((process = poller_process(call, poller)))
		return process->directory ? tsk_format(call, "here, in %s", process->directory)
					  : "here";
	if ((process = find_below(search, pid)))
		return tsk_format(call, "in a container or sandbox, here pid %d", process->id.pid);
	process = tsk_process_look(call, pid);
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
	return poller->last_access_at > search->since + CLOCK_SLACK_NS
		       ? "on another host or in a container, or here under a name of its own"
		       : "on another host or in a container, or here under a name of its own, "
			 "unless it has ended";
}

static void add(struct search *search, const struct tsk_poller *poller, const char *queue,
		const char *where)
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
		.last_access_at = poller->last_access_at,
	};
}

static bool runs_here(const struct worker *worker)
{
	return worker->count && !worker->elsewhere;
}

/* Whether each worker of ours is told by its number on one of the queues: an identity that has none
 * is then nobody's of them. */
static bool all_are_told(const struct search *search, struct queue_answers *answers,
			 const struct tsk_strings *queues)
{
	for (size_t i = 0; i < search->workers->count; i++) {
		const struct worker *worker = &search->workers->items[i];
		bool told = !runs_here(worker);
		for (size_t k = 0; k < queues->count && !told; k++)
			told = queue_poller_of(search->call,
					       queue_ask(search->call, answers, queues->items[k]),
					       worker->tree) != NULL;
		if (!told)
			return false;
	}
	return true;
}

static bool one_is_on(const struct search *search, const struct queue_pollers *answer)
{
	for (size_t i = 0; i < search->workers->count; i++)
		if (runs_here(&search->workers->items[i]) &&
		    queue_poller_of(search->call, answer, search->workers->items[i].tree))
			return true;
	return false;
}

struct other_pollers find_other_pollers(struct tsk_call *call, struct queue_answers *answers,
					const char *queues, const struct worker_list *workers,
					int64_t since)
{
	struct tsk_strings list = split_queues(call, queues);
	struct search search = { .call = call, .workers = workers, .since = since };

	search.all = list.count ? tsk_process_list(call, NULL) : NULL;
	for (size_t i = 0; i < list.count; i++)
		search.room += queue_ask(call, answers, list.items[i])->count;
	search.items = tsk_alloc(call, (search.room + 1) * sizeof(*search.items));
	bool told = list.count && all_are_told(&search, answers, &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct queue_pollers *answer = queue_ask(call, answers, list.items[i]);
		/* An identity of its own choice may be that of our worker. */
		bool named = told && one_is_on(&search, answer);
		for (size_t k = 0; k < answer->count; k++) {
			const struct tsk_poller *poller = &answer->items[k];
			bool numbered = strchr(poller->identity, '@') != NULL;
			if (!poller_is_fresh(poller) || !(numbered || named) ||
			    is_of_workers(&search, poller))
				continue;
			add(&search, poller, list.items[i],
			    numbered ? where_is(&search, poller) : where_is_named(&search, poller));
		}
	}
	return (struct other_pollers){ .items = search.items, .count = search.count };
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

const char *other_pollers_text(struct tsk_call *call, const struct other_pollers *others)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < others->count && i < NAMED_MOST; i++)
		tsk_text_join(
			&text, "; ", "%s polls '%s', too, and takes its tasks (%s; seen %s ago)",
			others->items[i].identity, others->items[i].queue, others->items[i].where,
			age_text(call, others->items[i].last_access_at));
	if (others->count > NAMED_MOST)
		tsk_text_format(&text, "; and %zu more", others->count - NAMED_MOST);
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
		tsk_set_time(row, "last_access_at", others->items[i].last_access_at);
	}
}
