/* Which queues a worker may poll, before the server confirms one: from its log, its heartbeats, the
 * project's sources, and the workflows that were started lately. */
#include "guess_queues.h"

#include <string.h>
#include <strings.h>

/* The log grows: so often is it read again. */
#define RENEW_MS       500

/* Workflows that are looked at for their queues. */
#define WORKFLOWS_MOST 50

/* The beginning of a log names the queue, where it does at all. */
#define LOG_SIZE_MOST  ((size_t)64 << 10)
#define LOG_LINES_MOST 400

/* Where one more has its place: of a list that is full, that of the least likely; GUESSES_MOST:
 * there is none. */
static size_t place_for(const struct guesses *guesses, bool own)
{
	if (guesses->count < GUESSES_MOST)
		return guesses->count;
	for (size_t i = guesses->count; own && i-- > 0;)
		if (!guesses->own[i])
			return i;
	return GUESSES_MOST;
}

/* own: the project says so itself; else some workflow of the server has it. */
static void add(struct guesses *guesses, const char *queue, bool own)
{
	size_t at = place_for(guesses, own);

	for (size_t i = 0; i < guesses->count; i++)
		if (strcmp(guesses->items[i], queue) == 0) {
			guesses->own[i] |= own;
			return;
		}
	if (!*queue || at == GUESSES_MOST)
		return;
	guesses->items[at] = queue;
	guesses->own[at] = own;
	guesses->count += at == guesses->count;
	guesses->learnt = true;
}

void guesses_add(struct guesses *guesses, const char *queue)
{
	add(guesses, queue, true);
}

/* The word after "queue" in a line of the log: "polling task queue: 'orders'". */
static void guess_from_line(struct guesses *guesses, const char *line)
{
	const char *at = line;

	while ((at = strcasestr(at, "queue"))) {
		at += strlen("queue");
		at += strspn(at, " \t:=\"'`([");
		size_t length = strcspn(at, " \t\"'`,;)]");
		while (length && strchr(".:", at[length - 1]))
			length--;
		if (length) {
			guesses_add(guesses, tsk_copy_bytes(guesses->call, at, length));
			guesses->good = true;
		}
	}
}

static void guess_from_log(struct guesses *guesses)
{
	const char *text =
		tsk_file_tail(guesses->call, guesses->log, LOG_LINES_MOST, LOG_SIZE_MOST, -1);

	if (!text || !strcasestr(text, "queue"))
		return;
	text = without_colors(guesses->call, text);
	while (*text) {
		size_t length = strcspn(text, "\n");
		guess_from_line(guesses, tsk_copy_bytes(guesses->call, text, length));
		text += length + (text[length] == '\n');
	}
}

static void guess_from_workflows(struct guesses *guesses)
{
	const struct tsk_workflow *workflows;
	size_t count;

	if (tsk_list_workflows(guesses->call, "", WORKFLOWS_MOST, &workflows, &count, NULL)) {
		if (tsk_error(guesses->call) != TSK_INTERRUPTED)
			tsk_forget_error(guesses->call);
		return;
	}
	for (size_t i = 0; i < count; i++)
		add(guesses, workflows[i].task_queue, false);
}

static void guess_from_sources(struct guesses *guesses)
{
	struct tsk_strings queues;

	tsk_source_queues(guesses->call, project_directory(guesses->call), &queues);
	for (size_t i = 0; i < queues.count; i++)
		guesses_add(guesses, queues.items[i]);
}

/* What the worker was given, where its code asks for it by one of the usual names. */
static void guess_from_environment(struct guesses *guesses, const struct tsk_process_info *tree)
{
	static const char *const names[] = { "TASK_QUEUE", "TEMPORAL_TASK_QUEUE", "TEMPORAL_QUEUE",
					     "WORKER_TASK_QUEUE", "QUEUE" };

	for (const struct tsk_process_info *at = tree; at->id.pid; at++)
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			const char *queue =
				tsk_process_environment(guesses->call, at->id.pid, names[i]);
			if (queue && *queue)
				guesses_add(guesses, queue);
		}
}

/* A heartbeat names the queue; the first one comes with some luck within seconds, else after a
 * minute. */
static void guess_from_heartbeats(struct guesses *guesses, const struct tsk_process_info *tree)
{
	const struct tsk_worker *workers;
	size_t count;

	if (tsk_list_workers(guesses->call, &workers, &count)) {
		if (tsk_error(guesses->call) != TSK_INTERRUPTED)
			tsk_forget_error(guesses->call);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		int pid = tsk_identity_pid(workers[i].identity);
		for (const struct tsk_process_info *at = tree; pid && at->id.pid; at++)
			if (at->id.pid == pid && workers[i].heartbeat_at >= at->started_at) {
				guesses_add(guesses,
					    tsk_copy(guesses->call, workers[i].task_queue));
				guesses->good = true;
			}
	}
}

void guesses_renew(struct guesses *guesses, const struct tsk_process_info *tree)
{
	int64_t now = tsk_now_ms();

	if (guesses->renewed_at && now - guesses->renewed_at < RENEW_MS)
		return;
	guess_from_log(guesses);
	guess_from_heartbeats(guesses, tree);
	/* Once: they do not change while we wait. */
	if (!guesses->renewed_at) {
		guess_from_environment(guesses, tree);
		guess_from_sources(guesses);
		guess_from_workflows(guesses);
	}
	guesses->renewed_at = now;
}

const char *only_source_queue(struct tsk_call *call)
{
	struct tsk_strings queues;

	tsk_source_queues(call, project_directory(call), &queues);
	return queues.count == 1 ? queues.items[0] : "";
}

const char *guesses_text(const struct guesses *guesses)
{
	const char *text = "";

	for (size_t i = 0; i < guesses->count; i++)
		text = join_queue(guesses->call, text, guesses->items[i]);
	return text;
}
