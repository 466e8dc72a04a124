/* The histories of the runs that were chosen: read, written, and handed to the workers that ask. */
#include "rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Held at a time; what is read is written at once. */
#define HELD_MOST ((size_t)64 << 20)

struct writing {
	struct chosen *chosen;
	struct tsk_raw_history *histories;
	size_t *rows; /* of each history */
};

/* ---- reading ---- */

static bool take(void *context, const struct tsk_raw_history *history)
{
	struct writing *writing = context;
	struct tsk_call *call = writing->chosen->call;
	const size_t row = writing->rows[history - writing->histories];
	struct rehearsed *run = &writing->chosen->items[row];

	if (history->status == TSK_OK) {
		const char *name = tsk_format(call, "%zu.pb", row);
		if (!tsk_file_write(call, tsk_format(call, "%s/%s", writing->chosen->folder, name),
				    history->bytes, history->size)) {
			run->file = name;
			run->events = history->events;
			return true;
		}
		run->problem = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
	} else {
		run->problem = tsk_copy(call, history->problem);
	}
	run->now.fate = run->then.fate = FATE_NOT_HAD;
	return true;
}

enum tsk_status write_histories(struct chosen *chosen)
{
	struct tsk_call *call = chosen->call;
	struct writing writing = {
		.chosen = chosen,
		.histories = tsk_alloc(call, (chosen->count + 1) * sizeof(*writing.histories)),
		.rows = tsk_alloc(call, (chosen->count + 1) * sizeof(*writing.rows)),
	};
	size_t count = 0;

	for (size_t i = 0; i < chosen->count; i++) {
		if (chosen->items[i].file || chosen->items[i].problem)
			continue;
		writing.rows[count] = i;
		writing.histories[count++] =
			(struct tsk_raw_history){ .workflow_id = chosen->items[i].workflow_id,
						  .run_id = chosen->items[i].run_id };
	}
	if (!count)
		return TSK_OK;
	if (count > 1)
		tsk_progress(call, "reading %zu histories", count);
	return tsk_raw_histories(call, writing.histories, count, chosen->asked->deadline, HELD_MOST,
				 take, &writing);
}

/* ---- handing out ---- */

static bool takes(const struct rehearsed *run, const char *queue, const struct tsk_strings *types)
{
	if (!run->by_type_only && strcmp(run->task_queue, queue) != 0)
		return false;
	for (size_t i = 0; i < types->count; i++)
		if (!strcmp(types->items[i], run->type) || !strcmp(types->items[i], "*"))
			return true;
	return false;
}

static const char *index_for(struct chosen *chosen, const char *queue,
			     const struct tsk_strings *types)
{
	cJSON *index = tsk_parse(chosen->call, "{}");
	cJSON *list = tsk_set_list(index, "histories");

	for (size_t i = 0; i < chosen->count; i++) {
		struct rehearsed *run = &chosen->items[i];
		if (run->handed || !run->file || !takes(run, queue, types))
			continue;
		run->handed = true;
		cJSON *row = tsk_append_object(list);
		tsk_set(row, "workflow_id", run->workflow_id);
		tsk_set(row, "run_id", run->run_id);
		tsk_set(row, "type", run->type);
		tsk_set(row, "task_queue", run->task_queue);
		tsk_set(row, "file", run->file);
		tsk_set_number(row, "row", (int64_t)i);
	}
	char *text = cJSON_PrintUnformatted(index);
	const char *kept = tsk_copy(chosen->call, text ? text : "{\"histories\":[]}");
	cJSON_free(text);
	return kept;
}

enum tsk_status hand_out(struct chosen *chosen, const char *queue, const struct tsk_strings *types,
			 const char *answer)
{
	struct tsk_call *call = chosen->call;
	const char *name = tsk_format(call, "for-%s.json", answer);
	const char *index = index_for(chosen, queue, types);
	const char *line = tsk_format(call, "%s\n", name);

	if (tsk_file_write(call, tsk_format(call, "%s/%s", chosen->folder, name), index,
			   strlen(index)))
		return tsk_error(call);
	/* The reader has it open; one that has gone needs no answer. */
	int pipe = open(tsk_format(call, "%s/%s", chosen->folder, answer),
			O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (pipe < 0)
		return TSK_OK;
	if (write(pipe, line, strlen(line)) < 0 && errno != EPIPE)
		tsk_fail(call, TSK_UNAVAILABLE, "cannot answer the rehearsed worker: %s",
			 strerror(errno));
	close(pipe);
	return tsk_error(call);
}
