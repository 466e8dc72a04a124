/* Stale code: source files that changed after a worker read them. */
#include <temporal-skill/diagnosis.h>
#include <temporal-skill/sources.h>

#include <string.h>

/* More names say nothing more. */
#define FILES_MOST 10

/* The start of a process is known to the clock tick before it; no interpreter has read a source by
 * the next one. */
#define TICK_NS    ((int64_t)10 * 1000000)

struct stale_file {
	const char *name;
	int64_t changed_at;
};

struct stale {
	int64_t started_at;
	struct stale_file files[FILES_MOST]; /* newest first */
	size_t count;
};

static void keep_stale(void *what, const struct tsk_source *source)
{
	struct stale *stale = what;
	size_t at = stale->count;

	if (source->changed_at <= stale->started_at + TICK_NS)
		return;
	while (at > 0 && stale->files[at - 1].changed_at < source->changed_at)
		at--;
	if (at == FILES_MOST)
		return;
	if (stale->count < FILES_MOST)
		stale->count++;
	memmove(&stale->files[at + 1], &stale->files[at],
		(stale->count - at - 1) * sizeof(*stale->files));
	stale->files[at] =
		(struct stale_file){ .name = source->path, .changed_at = source->changed_at };
}

void tsk_stale_files(struct tsk_call *call, const char *directory, int64_t started_at,
		     struct tsk_strings *files)
{
	struct stale stale = { .started_at = started_at };
	const char **names;

	*files = (struct tsk_strings){ .items = NULL };
	if (!started_at)
		return;
	tsk_sources_walk(call, directory, keep_stale, &stale);
	if (!stale.count)
		return;
	names = tsk_alloc(call, (stale.count + 1) * sizeof(*names));
	for (size_t i = 0; i < stale.count; i++)
		names[i] = stale.files[i].name;
	*files = (struct tsk_strings){ .items = names, .count = stale.count };
}
