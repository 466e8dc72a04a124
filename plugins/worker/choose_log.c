/* Whose log is shown, where a project has several workers and none was named: that of one that has
 * died, else of one that logs errors, else the one that was written to last. */
#include "worker.h"

#include <string.h>
#include <sys/stat.h>

/* Enough to tell which of them to look at. */
#define ERRORS_COUNTED 1000

enum rank { RANK_NONE, RANK_WRITTEN, RANK_ERRORS, RANK_DEAD, RANK_RUNS };

static int64_t written_at(const char *path)
{
	struct stat about;

	return stat(path, &about)
		       ? 0
		       : (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
}

/* Only what runs can be followed. */
static enum rank rank_of(const struct named_log *log, bool to_follow)
{
	const bool runs = log->worker && log->worker->count;

	if (!log->written_at)
		return RANK_NONE;
	if (to_follow && runs)
		return RANK_RUNS;
	if (log->worker && !runs && !log->worker->elsewhere)
		return RANK_DEAD;
	return log->error_count ? RANK_ERRORS : RANK_WRITTEN;
}

static const char *reason_of(struct tsk_call *call, const struct named_log *log, enum rank rank)
{
	switch (rank) {
	case RANK_DEAD: return "which has died";
	case RANK_ERRORS:
		return tsk_format(call, "whose log has %s",
				  tsk_count_text(call, (int64_t)log->error_count, "error line"));
	case RANK_RUNS:
	case RANK_WRITTEN: break;
	case RANK_NONE: return "";
	}
	return "who wrote last";
}

static void add_log(struct tsk_call *call, struct named_logs *logs, const char *name,
		    const struct worker_list *workers)
{
	struct named_log *log = &logs->items[logs->count++];
	const struct worker_list own = workers_named(call, workers, name);
	int64_t looked_at;

	log->name = name;
	log->worker = logging_worker(&own);
	log->path = log->worker ? log->worker->log : worker_log_path(call, name);
	if (!log->path) {
		tsk_forget_error(call);
		log->path = "";
	}
	log->written_at = written_at(log->path);
	log->error_count = log_error_lines(call, log->path, ERRORS_COUNTED, &looked_at).count;
}

void choose_log(struct tsk_call *call, const struct own_workers *own,
		const struct worker_list *workers, bool to_follow, struct named_logs *logs)
{
	enum rank best = RANK_NONE;

	*logs = (struct named_logs){
		.items = tsk_alloc(call, own->count * sizeof(*logs->items)),
		.reason = "",
	};
	for (size_t i = 0; i < own->count; i++)
		add_log(call, logs, own->items[i].name, workers);
	for (size_t i = 0; i < logs->count; i++) {
		const struct named_log *log = &logs->items[i];
		enum rank rank = rank_of(log, to_follow);
		if (rank < best ||
		    (rank == best && log->written_at <= logs->items[logs->chosen].written_at))
			continue;
		logs->chosen = i;
		best = rank;
	}
	logs->reason = reason_of(call, &logs->items[logs->chosen], best);
}
