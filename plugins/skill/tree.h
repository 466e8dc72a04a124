/* Trees of files, for install-skill: walk, copy and remove them.
 *
 * Invariants: symbolic links inside a tree are never followed; paths in a list are relative to the
 * tree's root; everything is borrowed from the call.
 */
#ifndef PLUGINS_SKILL_TREE_H
#define PLUGINS_SKILL_TREE_H

#include <temporal-skill/text.h>

/* Far more than any skill has; a tree beyond it is not one of ours (a loop of mounts, a home). */
#define TREE_MOST_FILES 10000
#define TREE_DEEPEST    32

/* All that is no directory below root, in name order. */
enum tsk_status tree_list(struct tsk_call *call, const char *root, struct tsk_lines *files);

/* Copies one file, or the symbolic link itself, and makes the directories above it in to_root. */
enum tsk_status tree_copy_file(struct tsk_call *call, const char *from, const char *to_root,
			       const char *path);

/* Copies the tree from into to_root/under, without what Python's tools leave in a source tree; the
 * copied paths, with under in front, go to files. */
enum tsk_status tree_copy(struct tsk_call *call, const char *from, const char *to_root,
			  const char *under, struct tsk_lines *files);

/* Makes the directory and those above it. */
enum tsk_status tree_make_directory(struct tsk_call *call, const char *path);

/* Removes of the tree what only lists (NULL: everything), and the directories that this leaves
 * empty, root too. */
enum tsk_status tree_remove(struct tsk_call *call, const char *root, const struct tsk_lines *only);

#endif
