/* The host's side of the symptoms: processes, records, logs and code of workers, each looked at
 * once however often it is asked for.
 *
 * Invariants. What was seen stands until the host is forgotten: a diagnosis takes a second or two,
 * and its questions shall be about one moment. Later questions name more processes; only those are
 * looked at then.
 */
#ifndef CORE_DIAGNOSIS_HOST_WORKERS_H
#define CORE_DIAGNOSIS_HOST_WORKERS_H

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

struct seen_worker;
struct tsk_passport;

struct host_log {
	bool read;
	const char *path, *tail; /* NULL: there is none */
};

struct host {
	struct tsk_call *call; /* to be set; the rest 0 */
	bool looked;
	const struct tsk_record *records, *own; /* own: of this project's worker, or NULL */
	size_t record_count;
	const struct tsk_process_info **trees; /* of each record; NULL: it does not run */
	struct tsk_passport *passports;        /* of each record */
	bool server_is_ours;
	struct seen_worker *seen;
	size_t seen_count, seen_room;
	int outputs;           /* files of other workers that were read */
	struct host_log *logs; /* of each record; the last: where this project has none */
};

/* Looks at records, processes and passports, where that was not done yet. */
void host_look(struct host *host);

/* Puts what the host knows of it into symptoms, in which the rest is filled in. */
void host_tell(struct host *host, struct tsk_symptoms *symptoms);

#endif
