/* Which task queues a project's sources name, and which of their lines are of a kind. */
#ifndef CORE_SOURCES_SOURCES_H
#define CORE_SOURCES_SOURCES_H

#include <temporal-skill/sources.h>

/* A source file longer than this was made by a program. */
#define SOURCE_BYTES    262144

/* Reading more than these takes longer than the answer is worth. */
#define FILES_READ_MOST 200

/* The task queues that the sources name: strings assigned to something called task_queue. */
void sources_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues);

/* The namespaces that they name: strings assigned to something called namespace. */
void sources_namespaces(struct tsk_call *call, const char *directory,
			struct tsk_strings *namespaces);

/* Lines of the sources, each as "shop/orders.py:43 in ship" (the function, where it is in one): of
 * those files that hold the text `within`, at most so many. fits() is asked of each line, which
 * begins in text and ends with it or "\n"; def is the line of its function, or NULL. */
typedef bool sources_fit(const void *what, const char *text, const char *line, const char *def);
/* The name in "async def ship(order):", by its size; NULL: that line is no such one. */
const char *sources_name_of(const char *def, size_t *size);
void sources_lines(struct tsk_call *call, const char *directory, const char *within,
		   sources_fit *fits, const void *what, size_t most, struct tsk_strings *places);

#endif
