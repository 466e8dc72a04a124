/* The names of files that hold a history each. */
#include "history_names.h"

#include <stdlib.h>
#include <string.h>

/* A file name has 255 bytes at most; the rest is for a run id, the ending, and the letters of a
 * temporary name. */
#define NAME_SIZE_MOST ((size_t)180)

static bool is_plain(char byte, bool first)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@+=,";

	/* In front, a dot hides the file and a dash makes a flag of it. */
	return byte && (strchr(plain, byte) || (!first && (byte == '.' || byte == '-')));
}

static unsigned long long hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++) {
		hash ^= (unsigned char)*text;
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

static const char *plain_name(struct tsk_call *call, const char *id)
{
	static const char digits[] = "0123456789ABCDEF";
	char *name = tsk_alloc(call, NAME_SIZE_MOST + 4), *to = name;
	const char *at = id;

	for (; *at && (size_t)(to - name) < NAME_SIZE_MOST; at++) {
		if (is_plain(*at, at == id)) {
			*to++ = *at;
			continue;
		}
		*to++ = '%';
		*to++ = digits[(unsigned char)*at >> 4];
		*to++ = digits[(unsigned char)*at & 15];
	}
	if (!*id)
		return "_";
	return *at ? tsk_format(call, "%s~%016llx", name, hash_of(id)) : name;
}

struct named {
	const char *name;
	size_t index;
};

static int compare_names(const void *one, const void *other)
{
	return strcmp(((const struct named *)one)->name, ((const struct named *)other)->name);
}

void history_names(struct tsk_call *call, const struct tsk_workflow *const *workflows, size_t count,
		   const char **names)
{
	struct named *sorted = tsk_alloc(call, (count + 1) * sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct named){ plain_name(call, workflows[i]->workflow_id), i };
	qsort(sorted, count, sizeof(*sorted), compare_names);
	for (size_t i = 0; i < count; i++) {
		const bool shared = (i > 0 && !compare_names(&sorted[i], &sorted[i - 1])) ||
				    (i + 1 < count && !compare_names(&sorted[i], &sorted[i + 1]));
		const char *run_id = workflows[sorted[i].index]->run_id;

		names[sorted[i].index] = shared ? tsk_format(call, "%s~%s.json", sorted[i].name,
							     plain_name(call, run_id))
						: tsk_format(call, "%s.json", sorted[i].name);
	}
}
