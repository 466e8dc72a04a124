/* Which task queues a project's sources name. */
#ifndef CORE_SOURCES_SOURCES_H
#define CORE_SOURCES_SOURCES_H

#include <temporal-skill/sources.h>

/* The task queues that the sources name: strings assigned to something called task_queue. */
void sources_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues);

/* The namespaces that they name: strings assigned to something called namespace. */
void sources_namespaces(struct tsk_call *call, const char *directory,
			struct tsk_strings *namespaces);

#endif
