/* The projects that a project depends on and that lie beside it: members of its workspace, declared
 * paths, what is installed as editable; and the neighbours of these. */
#include "neighbours.h"

#include "text/path.h"

#include <temporal-skill/text.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool holds_project(struct tsk_call *call, const char *folder)
{
	static const char *const files[] = { "pyproject.toml", "setup.py", "setup.cfg", NULL };

	for (size_t i = 0; files[i]; i++)
		if (!access(tsk_format(call, "%s/%s", folder, files[i]), R_OK))
			return true;
	return false;
}

struct tsk_neighbour *neighbours_find(struct neighbours *neighbours, const char *directory)
{
	for (size_t i = 0; i < neighbours->count; i++)
		if (!strcmp(neighbours->items[i].directory, directory))
			return &neighbours->items[i];
	return NULL;
}

/* From one folder to another: "../../libs/common". */
static const char *relative(struct tsk_call *call, const char *from, const char *to)
{
	struct tsk_text path = { .call = call };
	size_t same = 0;

	for (size_t i = 0;; i++) {
		const bool from_ends = !from[i] || from[i] == '/', to_ends = !to[i] || to[i] == '/';
		if (from_ends && to_ends)
			same = i;
		if (!from[i] || !to[i] || from[i] != to[i])
			break;
	}
	for (const char *at = from + same; *at; at++)
		if (*at == '/' && at[1])
			tsk_text_join(&path, "/", "..");
	if (to[same] && to[same + 1])
		tsk_text_join(&path, "/", "%s", to + same + 1);
	return tsk_text_value(&path);
}

void neighbours_take(struct neighbours *neighbours, const char *directory, const char *named_in,
		     bool editable)
{
	struct tsk_call *call = neighbours->call;
	struct tsk_neighbour *known = neighbours_find(neighbours, directory);

	if (known)
		known->editable |= editable;
	else if (neighbours->count < NEIGHBOURS_MOST && strcmp(directory, neighbours->project) != 0)
		neighbours->items[neighbours->count++] = (struct tsk_neighbour){
			.directory = tsk_copy(call, directory),
			.path = relative(call, neighbours->project, directory),
			.named_in = named_in,
			.editable = editable,
			.within = path_is_within(directory, neighbours->project),
		};
}

void neighbours_add(struct neighbours *neighbours, const char *folder, const char *path,
		    const char *named_in, bool editable)
{
	char real[PATH_MAX];

	if (*path &&
	    realpath(*path == '/' ? path : tsk_format(neighbours->call, "%s/%s", folder, path),
		     real) &&
	    holds_project(neighbours->call, real))
		neighbours_take(neighbours, real, named_in, editable);
}

/* Each may bring more, which are looked at in their turn. */
static void declare_all(struct neighbours *neighbours, size_t from)
{
	for (size_t i = from; i < neighbours->count; i++)
		neighbours_declared(neighbours, neighbours->items[i].directory);
}

const struct tsk_neighbour *tsk_neighbours(struct tsk_call *call, const char *directory,
					   size_t *count)
{
	struct neighbours *neighbours = tsk_alloc(call, sizeof(*neighbours));
	char real[PATH_MAX];

	*count = 0;
	neighbours->call = call;
	if (!realpath(directory, real))
		return neighbours->items;
	neighbours->project = tsk_copy(call, real);
	neighbours_declared(neighbours, neighbours->project);
	const char *root = neighbours->workspace.root;
	declare_all(neighbours, 0);
	const size_t declared = neighbours->count;
	neighbours_installed(neighbours, root);
	declare_all(neighbours, declared);
	*count = neighbours->count;
	return neighbours->items;
}
