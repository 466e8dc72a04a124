/* Between two rounds of watch-project: waiting for a change, for the end of a worker, for a server
 * that is away. */
#include "watch.h"

#include <temporal-skill/client.h>

/* Somebody may write for longer than anyone wants to wait: a tree that is being checked out. */
#define SETTLE_MOST_MS 5000

void watch_say_change(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	cJSON *said = watch_event("change");
	cJSON *list = tsk_set_list(said, "files");
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < watch->files->changed_count; i++) {
		tsk_append(list, watch->files->changed[i]);
		tsk_text_join(&text, ", ", "%s", watch->files->changed[i]);
	}
	tsk_emit(call, said, tsk_format(call, "changed: %s", tsk_text_value(&text)));
	watch->files->changed_count = 0;
}

/* How often a server that was away is asked whether it is back. */
#define BACK_MS 1000

/* What it could not do then is done when it is back, without a change. */
static bool is_server_back(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	struct tsk_mark mark = tsk_mark(call);
	struct tsk_server server;
	bool back = tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT),
				   &server) == TSK_OK;

	if (!back && tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
	tsk_rewind(call, mark);
	if (back)
		tsk_emit(call, watch_event("server_back"), "server back");
	watch->server_away = !back;
	return back;
}

/* Until no change has come for the settling time. */
static enum tsk_status wait_until_settled(struct watch *watch)
{
	struct pollfd wait = { .fd = watch->files->descriptor, .events = POLLIN };
	const int64_t latest = tsk_now_ms() + SETTLE_MOST_MS;
	enum tsk_status status;

	do {
		int64_t until = tsk_now_ms() + watch->options->settle;
		status = tsk_wait(watch->call, &wait, 1, until < latest ? until : latest);
		watch_files_take(watch->files);
	} while (status == TSK_OK && tsk_now_ms() < latest);
	return status == TSK_INTERRUPTED ? status : TSK_OK;
}

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* One wait: for a file, the end of a worker, or a time. *back: the server is there again. */
static enum tsk_status wait_once(struct watch *watch, int64_t deadline, bool *back)
{
	struct pollfd waits[WORKERS_MOST + 1] = {
		{ .fd = watch->files->descriptor, .events = POLLIN },
	};
	const int64_t ask = watch->server_away ? tsk_now_ms() + BACK_MS : TSK_NO_DEADLINE;
	const int64_t until =
		earlier(earlier(ask, deadline), watch_workers_latest(&watch->workers));

	watch_workers_wait(&watch->workers, waits + 1);
	enum tsk_status status = tsk_wait(watch->call, waits, 1 + watch->workers.count, until);
	if (status == TSK_OK)
		watch_workers_look(watch->call, &watch->workers, waits + 1);
	if (status != TSK_TIMEOUT || tsk_now_ms() >= deadline)
		return status;
	if (watch_workers_overdue(watch->call, &watch->workers))
		return TSK_OK;
	*back = is_server_back(watch);
	return tsk_error(watch->call);
}

enum tsk_status watch_wait(struct watch *watch)
{
	const int64_t deadline = tsk_deadline(watch->call, TSK_NO_DEADLINE);
	enum tsk_status status = TSK_OK;
	bool back = false;

	watch_workers_open(watch->call, &watch->workers);
	while (status == TSK_OK && !back && !watch_files_take(watch->files) &&
	       !watch->files->changed_count)
		status = wait_once(watch, deadline, &back);
	watch_workers_close(&watch->workers);
	return status == TSK_OK && !back ? wait_until_settled(watch) : status;
}
