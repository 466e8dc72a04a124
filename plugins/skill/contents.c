/* What an installed skill consists of, taken from wherever this program lies: a build tree, an
 * installation, or another skill folder. */
#include "contents.h"

#include <string.h>
#include <unistd.h>

/* A file of the skill's that lies in its folder, or, in a source tree, one above it. */
static const char *text_file(struct tsk_call *call, const char *skills, const char *name)
{
	const char *path = tsk_format(call, "%s/%s", skills, name);

	return access(path, R_OK) ? tsk_format(call, "%s/../%s", skills, name) : path;
}

static enum tsk_status copy_one(struct tsk_call *call, const char *from, const char *to_root,
				const char *path, struct tsk_lines *files)
{
	tsk_lines_push(files, path);
	return tree_copy_file(call, from, to_root, path);
}

static enum tsk_status copy_texts(struct tsk_call *call, const char *to_root,
				  struct tsk_lines *files)
{
	static const char *const trees[] = { "scripts",   "references", "recipes",
					     "templates", "plugin-kit", "probe" };
	const char *skills = tsk_skills_dir(call);

	if (!skills ||
	    copy_one(call, text_file(call, skills, "SKILL.md"), to_root, "SKILL.md", files) ||
	    copy_one(call, text_file(call, skills, "LICENSE"), to_root, "LICENSE", files))
		return tsk_error(call);
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		const char *from = tsk_format(call, "%s/%s", skills, trees[i]);
		if (!access(from, F_OK) && tree_copy(call, from, to_root, trees[i], files))
			return tsk_error(call);
	}
	return TSK_OK;
}

/* The channel driver lies beside the plugins' folder in every layout (see
 * core/output/installation.h). */
static enum tsk_status copy_programs(struct tsk_call *call, const char *to_root,
				     struct tsk_lines *files)
{
	const struct tsk_plugin_info *plugin = tsk_plugins(call);
	const char *channel = NULL;

	if (copy_one(call, tsk_program_path(call), to_root, "bin/temporal-skill", files))
		return tsk_error(call);
	for (; plugin->path; plugin++) {
		if (plugin->problem || strcmp(plugin->origin, "built-in") != 0)
			continue;
		const char *name = strrchr(plugin->path, '/') + 1;
		channel = tsk_format(call, "%.*s../channel.so", (int)(name - plugin->path),
				     plugin->path);
		if (copy_one(call, plugin->path, to_root, tsk_format(call, "bin/plugins/%s", name),
			     files))
			return tsk_error(call);
	}
	return channel ? copy_one(call, channel, to_root, "bin/channel.so", files)
		       : tsk_fail(call, TSK_INTERNAL, "no plugin of its own is loaded");
}

enum tsk_status contents_copy(struct tsk_call *call, const char *to_root, struct tsk_lines *files)
{
	enum tsk_status status = copy_texts(call, to_root, files);

	return status ? status : copy_programs(call, to_root, files);
}
