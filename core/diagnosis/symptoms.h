/* Symptoms as JSON, and back: what the diagnosis knew of a workflow, to be replayed.
 *
 * Invariants. One table a struct says which members are written, and both ways read it: what is not
 * in the table is not kept. Members that are zero, "" or empty are left out. Identities of this
 * host are written without its name, and get the name of the host that reads them.
 */
#ifndef CORE_DIAGNOSIS_SYMPTOMS_H
#define CORE_DIAGNOSIS_SYMPTOMS_H

#include <temporal-skill/diagnosis.h>

struct tsk_known {
	struct tsk_symptoms symptoms;
	const struct tsk_known *child; /* what was known of the child, or NULL */
};

enum field_type {
	FIELD_TEXT,     /* const char *, never NULL */
	FIELD_OPTIONAL, /* const char *, or NULL */
	FIELD_IDENTITY, /* const char *: "PID@host" */
	FIELD_INT,      /* int, or an enum */
	FIELD_DOUBLE,
	FIELD_LONG, /* int64_t; a string where a double would not hold it */
	FIELD_BOOL,
	FIELD_STRINGS,  /* struct tsk_strings */
	FIELD_PAYLOADS, /* struct tsk_payloads: only where values are asked for */
	FIELD_EMBEDDED, /* a struct */
	FIELD_OBJECT,   /* a pointer to one, or NULL */
	FIELD_BESIDE,   /* unsigned: of a struct beside it, see call_beside */
	FIELD_CAUSE,    /* a failure's, which knows its outer one */
	FIELD_LIST      /* a pointer to the first, and a size_t */
};

struct shape;

struct field {
	const char *name; /* NULL: the end */
	enum field_type type;
	size_t at, count_at;
	const struct shape *shape; /* of a struct */
};

struct shape {
	size_t size;
	const struct field *fields;
};

extern const struct shape symptoms_shape;

/* In place of the name of the host that wrote it. */
#define SAME_HOST "this-host"

#endif
