/* Families of processes: who descends from whom, and who shares the session that we started. */
#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Between taking the time for the mark and the birth of the process lies one posix_spawn; a machine
 * that swaps may take seconds for it, none takes a minute. */
#define MARK_SECONDS_MOST 60

bool same_process(const struct tsk_process *one, const struct tsk_process *other)
{
	/* A record of an older version has no namespace. */
	return one->pid == other->pid && one->start_ticks == other->start_ticks &&
	       strcmp(one->boot_id, other->boot_id) == 0 &&
	       (one->pid_namespace == other->pid_namespace || !one->pid_namespace ||
		!other->pid_namespace);
}

/* A picture of all processes, and the rows that were taken from it, in the order of taking. */
struct picture {
	const struct system_process *rows;
	size_t count;
	bool *is_taken;
	struct system_process *taken; /* room for all */
	size_t taken_count;
};

static void take_row(struct picture *picture, size_t row)
{
	if (picture->is_taken[row])
		return;
	picture->is_taken[row] = true;
	picture->taken[picture->taken_count++] = picture->rows[row];
}

static void take_process(struct picture *picture, const struct tsk_process *process)
{
	for (size_t i = 0; i < picture->count; i++)
		if (same_process(&picture->rows[i].id, process))
			take_row(picture, i);
}

/* taken grows while it is walked, so grandchildren come too. */
static void take_descendants(struct picture *picture)
{
	for (size_t i = 0; i < picture->taken_count; i++)
		for (size_t row = 0; row < picture->count; row++)
			if (picture->rows[row].parent == picture->taken[i].id.pid)
				take_row(picture, row);
}

static const struct system_process *find_number(const struct picture *picture, int pid)
{
	for (size_t i = 0; i < picture->count; i++)
		if (picture->rows[i].id.pid == pid)
			return &picture->rows[i];
	return NULL;
}

/* A session keeps its number after its leader is gone; but the number may also be that of a later
 * session, whose leader is gone as well (a daemon that forked twice). The mark in the environment
 * tells them apart. */
bool has_mark_of(struct tsk_call *call, const struct tsk_process *process,
		 const struct tsk_process *root)
{
	const char *mark = tsk_process_environment(call, process->pid, START_MARK);
	const char *colon = mark ? strrchr(mark, ':') : NULL;
	uint64_t ticks;

	if (!colon || sscanf(colon + 1, "%" SCNu64, &ticks) != 1 ||
	    strlen(root->boot_id) != (size_t)(colon - mark) ||
	    strncmp(mark, root->boot_id, (size_t)(colon - mark)) != 0)
		return false;
	return ticks <= root->start_ticks &&
	       root->start_ticks - ticks <= MARK_SECONDS_MOST * system_ticks_per_second();
}

static void take_session(struct tsk_call *call, struct picture *picture,
			 const struct family_search *search)
{
	const struct tsk_process *root = search->root;
	const struct system_process *now = find_number(picture, root->pid);
	bool runs = now && same_process(&now->id, root);
	bool is_its = runs ? now->session == root->pid : !now && search->session_is_its;

	if (root->pid <= 0) /* session 0 is the kernel's own */
		return;
	for (size_t i = 0; i < picture->count; i++)
		if (picture->rows[i].session == root->pid && !picture->is_taken[i] &&
		    (is_its || has_mark_of(call, &picture->rows[i].id, root)))
			take_row(picture, i);
}

const struct system_process *family_find(struct tsk_call *call, const struct family_search *search,
					 size_t *count)
{
	struct picture picture = { .count = 0 };

	picture.rows = system_processes(call, &picture.count);
	picture.is_taken = tsk_alloc(call, picture.count * sizeof(*picture.is_taken));
	picture.taken = tsk_alloc(call, (picture.count + 1) * sizeof(*picture.taken));
	take_process(&picture, search->root);
	for (size_t i = 0; i < search->member_count; i++)
		take_process(&picture, &search->members[i]);
	take_descendants(&picture);
	take_session(call, &picture, search);
	take_descendants(&picture);
	*count = picture.taken_count;
	return picture.taken;
}

const struct tsk_process_info *tsk_process_tree(struct tsk_call *call,
						const struct tsk_process *root, size_t *count)
{
	const struct family_search search = { .root = root };
	size_t size;
	const struct system_process *family = family_find(call, &search, &size);
	struct tsk_process_info *tree = tsk_alloc(call, (size + 1) * sizeof(*tree));

	for (size_t i = 0; i < size; i++)
		system_describe(call, &family[i], &tree[i]);
	if (count)
		*count = size;
	return tree;
}
