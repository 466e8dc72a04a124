/* A worker that died below a program that lives on: a reloader waits for the next edit, a
 * Procfile's other programs go on, a loop or a supervisor starts it anew, only to die again. */
#include "worker.h"

#include <temporal-skill/diagnosis.h>

/* After an end: so long does nothing new start, and nothing work, before the end is the last word.
 * Reloaders start a program that changed files within that. */
#define QUIET_MS       1000
#define QUIET_CPU_MS   30

/* The same command line, started and ended: once is an accident, this often is its way. */
#define ENDINGS_ENOUGH 3

#define CAUSE_LINES    400
#define CAUSE_LOG_SIZE ((size_t)256 << 10)

static uint32_t hash_words(const struct tsk_strings *words)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < words->count; i++) {
		for (const char *at = words->items[i]; *at; at++)
			hash = (hash ^ (unsigned char)*at) * 16777619u;
		hash = (hash ^ 0x1f) * 16777619u;
	}
	return hash;
}

static bool is_same(const struct tsk_process *one, const struct tsk_process *other)
{
	return one->pid == other->pid && one->start_ticks == other->start_ticks;
}

/* ---- who came and went ---- */

static void count_ending(struct below *below, uint32_t words)
{
	for (size_t i = 0; i < below->endings; i++)
		if (below->ended[i].words == words) {
			below->ended[i].times++;
			return;
		}
	if (below->endings < ENDED_MOST) {
		below->ended[below->endings].words = words;
		below->ended[below->endings++].times = 1;
	}
}

static bool take_ended(struct below *below, const struct tsk_process_info *tree, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < below->count; i++) {
		bool here = false;
		for (size_t j = 0; j < count && !here; j++)
			here = is_same(&below->seen[i].id, &tree[j].id);
		if (here)
			below->seen[kept++] = below->seen[i];
		else
			count_ending(below, below->seen[i].words);
	}
	bool any = kept != below->count;
	below->count = kept;
	return any;
}

static bool take_new(struct below *below, const struct tsk_process_info *tree, size_t count)
{
	bool any = false;

	/* The first one is who starts the others. */
	for (size_t i = 1; i < count; i++) {
		size_t at = 0;
		while (at < below->count && !is_same(&below->seen[at].id, &tree[i].id))
			at++;
		if (at < below->count) {
			/* What it is may have come after it was first seen, with exec. */
			below->seen[at].words = hash_words(&tree[i].words);
			continue;
		}
		any = true;
		if (below->count < BELOW_MOST) {
			below->seen[below->count].id = tree[i].id;
			below->seen[below->count++].words = hash_words(&tree[i].words);
		}
	}
	return any;
}

static int most_endings(const struct below *below)
{
	int most = 0;

	for (size_t i = 0; i < below->endings; i++)
		if (below->ended[i].times > most)
			most = below->ended[i].times;
	return most;
}

/* ---- what that means ---- */

static const struct tsk_process_info *restarter_in(const struct tsk_process_info *tree,
						   size_t count)
{
	const struct tsk_process_info *shell = NULL;

	for (size_t i = 0; i < count; i++) {
		enum restarter kind = restarter_kind(&tree[i]);
		if (kind == RESTARTS_IN_A_LOOP)
			shell = shell ? shell : &tree[i];
		else if (kind != RESTARTS_NOTHING)
			return &tree[i];
	}
	return shell;
}

const char *cause_in_log(struct tsk_call *call, const char *log)
{
	struct tsk_root_cause cause = { .message = "" };
	const char *text = tsk_file_tail(call, log, CAUSE_LINES, CAUSE_LOG_SIZE, -1);

	if (!text)
		tsk_forget_error(call);
	if (!text || !tsk_log_cause(call, text, &cause))
		return NULL;
	return cause.summary && *cause.summary ? cause.summary : cause.message;
}

static const char *what_it_does(enum restarter kind, bool again)
{
	if (again)
		return "starts it anew each time it dies";
	return kind == RESTARTS_AFTER_EDITS ? "runs on, and starts it anew after the next edit"
					    : "runs on without it";
}

bool has_died_below(struct tsk_call *call, struct below *below, const char *log,
		    const struct tsk_process_info *tree, size_t count)
{
	const int64_t now = tsk_now_ms();
	bool ended = take_ended(below, tree, count), came = take_new(below, tree, count);
	int64_t cpu = 0;

	for (size_t i = 0; i < count; i++)
		cpu += tree[i].cpu_ms;
	if (ended || came || cpu - below->quiet_cpu > QUIET_CPU_MS || cpu < below->quiet_cpu) {
		below->quiet_since = now;
		below->quiet_cpu = cpu;
	}
	const struct tsk_process_info *parent = below->endings ? restarter_in(tree, count) : NULL;
	if (!parent)
		return false;
	enum restarter kind = restarter_kind(parent);
	bool again = most_endings(below) >= ENDINGS_ENOUGH;
	/* A script goes from one step to the next by itself. */
	if (!again && (kind == RESTARTS_IN_A_LOOP || now - below->quiet_since < QUIET_MS))
		return false;
	if (!cause_in_log(call, log))
		return false;
	below->told = tsk_format(call, "%s (pid %d) %s", program_name(parent), parent->id.pid,
				 what_it_does(kind, again));
	return true;
}
