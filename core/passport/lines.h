/* What the files of core/passport share: one line of a passport, read. */
#ifndef CORE_PASSPORT_LINES_H
#define CORE_PASSPORT_LINES_H

#include <temporal-skill/passport.h>

#include <cjson/cJSON.h>

/* Longer names are nobody's: the server takes 1000 bytes, and a message has its own limit. */
#define PASSPORT_TEXT_MOST    ((size_t)4096)
/* Registrations of one kind, and parameters or handlers of one. */
#define PASSPORT_TYPES_MOST   ((size_t)2000)
#define PASSPORT_MEMBERS_MOST ((size_t)200)

/* A member as text, cut to the limit; NULL: it is none. */
const char *passport_text(struct tsk_call *call, const cJSON *object, const char *key);
/* As a whole number that fits; -1: it is none. */
int64_t passport_number(const cJSON *object, const char *key);

/* A line of kind "worker"; false: it lacks what each has. pid and start_ticks are set by then. */
bool passport_read_worker(struct tsk_call *call, const cJSON *line,
			  struct tsk_passport_worker *worker);

#endif
