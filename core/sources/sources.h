/* A project's Python sources.
 *
 * Hidden, cache, build, test and virtual environment folders are left out, symbolic links to
 * folders are not followed, and very deep or very large trees are cut: what lies there is no source
 * of a worker.
 */
#ifndef CORE_SOURCES_SOURCES_H
#define CORE_SOURCES_SOURCES_H

#include <temporal-skill/call.h>

struct source {
	int folder;         /* descriptor of its folder, open during the visit */
	const char *name;   /* in that folder */
	const char *path;   /* relative to the project */
	int64_t changed_at; /* Unix nanoseconds */
	int64_t size;
};

typedef void source_visit(void *what, const struct source *source);

void sources_walk(struct tsk_call *call, const char *directory, source_visit *visit, void *what);

/* The task queues that the sources name: strings assigned to something called task_queue. */
void sources_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues);

#endif
