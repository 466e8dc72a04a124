/* What the workers of this machine say of themselves, of the queues and types of a workflow.
 * (passport_facts.c) */
#ifndef CORE_DIAGNOSIS_PASSPORT_FACTS_H
#define CORE_DIAGNOSIS_PASSPORT_FACTS_H

#include "host_workers.h"

#include <temporal-skill/passport.h>

/* Reads the passports of the records, each once; host.records and host.trees are there. */
void read_passports(struct host *host);

/* Whether any Worker of this machine, in this namespace, takes that type of workflow; true also
 * where none of them has a passport. */
bool is_registered_here(const struct host *host, const char *type);

/* Keeps in symptoms.more what they say of this workflow. Once its newest events are there; leaves
 * symptoms as they are where there is no passport. */
void note_passports(const struct host *host, struct tsk_symptoms *symptoms);

#endif
