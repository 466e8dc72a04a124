/* install-skill: puts this program, its plugins, its scripts and its texts into a folder that an
 * agent finds as the skill "temporal", and that works wherever it lies.
 *
 * The new folder is built beside its place and then takes it in one step, so that there is always a
 * whole skill there. A manifest in it lists what is ours: only that is ever replaced or removed. */
#include "contents.h"
#include "leftover.h"
#include "manifest.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SKILLS_FOLDER ".claude/skills"
#define SKILL_NAME    "temporal"
/* The folder while it is being built; hidden from those who look for skills. */
#define BUILD_NAME    ".temporal.new"
/* Printing the version loads every plugin, which takes milliseconds; a busy machine takes longer.
 */
#define TRIAL_MS      10000

struct install_options {
	const char *project;
	bool user, remove, dry_run;
};

#define AT(field) .at = offsetof(struct install_options, field)
static const struct tsk_option options[] = {
	{ .name = "project",
	  .type = TSK_STRING,
	  AT(project),
	  .argument = "DIR",
	  .help = "into DIR/.claude/skills/temporal (default: the project directory)" },
	{ .name = "user",
	  .type = TSK_FLAG,
	  AT(user),
	  .help = "into ~/.claude/skills/temporal, for all projects of this user" },
	{ .name = "remove",
	  .type = TSK_FLAG,
	  AT(remove),
	  .help = "remove the files that were installed there, and no others" },
	{ .name = "dry-run",
	  .type = TSK_FLAG,
	  .makes_dry_run = true,
	  AT(dry_run),
	  .help = "only say what would be done" },
	{ 0 },
};

struct place {
	const char *parent; /* .../.claude/skills */
	const char *target; /* .../.claude/skills/temporal */
	const char *fresh;  /* .../.claude/skills/.temporal.new */
	const char *aside;  /* .../.claude/skills/.temporal.new.old: the old copy, for a moment */
	bool there;
	struct manifest old;     /* of what is there */
	struct tsk_lines others; /* files there that are not ours */
};

/* ---- where ---- */

/* The folder that .claude is in; NULL with the error recorded. */
static const char *find_base(struct tsk_call *call, const struct install_options *o)
{
	const char *given = o->project ? o->project : tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	char resolved[PATH_MAX];
	struct stat about;

	if (o->user)
		given = getenv("HOME");
	if (o->user && o->project)
		tsk_fail(call, TSK_USAGE, "--user and --project exclude each other");
	else if (!given || !*given)
		tsk_fail(call, TSK_USAGE, "cannot find the home directory: HOME is not set");
	else if (!realpath(given, resolved))
		tsk_fail(call, tsk_path_status(errno, TSK_USAGE), "no directory '%s': %s", given,
			 strerror(errno));
	else if (stat(resolved, &about))
		tsk_fail(call, tsk_path_status(errno, TSK_USAGE), "cannot look at '%s': %s", given,
			 strerror(errno));
	else if (!S_ISDIR(about.st_mode))
		tsk_fail(call, TSK_USAGE, "'%s' is not a directory", given);
	else
		return tsk_copy(call, strcmp(resolved, "/") != 0 ? resolved : "");
	return NULL;
}

static enum tsk_status refuse_place(struct tsk_call *call, const struct place *place,
				    const char *why)
{
	tsk_hint(call, "mv %s %s.old", tsk_quote(call, place->target),
		 tsk_quote(call, place->target));
	return tsk_fail(call, TSK_DENIED, "'%s' was not installed by this program: %s",
			place->target, why);
}

/* What is there now; a folder that is not ours is left alone. An empty one is nobody's. */
static enum tsk_status look_at_place(struct tsk_call *call, struct place *place)
{
	struct tsk_lines files = { .call = call };
	struct stat about;

	place->others.call = call;
	if (lstat(place->target, &about))
		return errno == ENOENT || errno == ENOTDIR
			       ? TSK_OK
			       : tsk_fail(call, tsk_path_status(errno, TSK_UNAVAILABLE),
					  "cannot look at '%s': %s", place->target,
					  strerror(errno));
	if (S_ISLNK(about.st_mode))
		return refuse_place(call, place, "it is a symbolic link");
	if (!S_ISDIR(about.st_mode))
		return refuse_place(call, place, "it is not a directory");
	if (tree_list(call, place->target, &files))
		return tsk_error(call);
	place->there = true;
	if (!files.count)
		return TSK_OK;
	const char *why = manifest_read(call, place->target, &place->old);
	/* Without a SKILL.md it is no skill: what is there are files that were kept. */
	if (why && (tsk_lines_hold(&files, "SKILL.md") || tsk_lines_hold(&files, MANIFEST_NAME)))
		return refuse_place(call, place, why);
	for (size_t i = 0; i < files.count; i++)
		if (!tsk_lines_hold(&place->old.files, files.items[i]))
			tsk_lines_push(&place->others, files.items[i]);
	return TSK_OK;
}

/* ---- building it ---- */

/* Where a file that someone added is kept. What lies beside the program is not kept there: it would
 * be loaded as one of its own plugins, here and now, when the copy is tried. */
static const char *kept_as(struct tsk_call *call, const char *path)
{
	static const char *const folders[] = { "bin/", "lib/", "skills/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return tsk_format(call, "kept/%s", path);
	return path;
}

/* A file that someone added, where a new version has one of that name, stays under another. */
static enum tsk_status copy_others(struct tsk_call *call, const struct place *place,
				   const struct tsk_lines *files)
{
	for (size_t i = 0; i < place->others.count; i++) {
		const char *path = place->others.items[i], *to = kept_as(call, path);
		while (tsk_lines_hold(files, to) ||
		       (strcmp(to, path) != 0 && tsk_lines_hold(&place->others, to)))
			to = tsk_format(call, "%s.kept", to);
		if (tree_copy_file(call, tsk_format(call, "%s/%s", place->target, path),
				   place->fresh, to))
			return tsk_error(call);
	}
	return TSK_OK;
}

/* A copy that cannot run here (a file system mounted noexec, a missing library) is no skill. */
static enum tsk_status try_copy(struct tsk_call *call, const char *fresh)
{
	const char *words[] = { tsk_format(call, "%s/bin/temporal-skill", fresh), "--version",
				NULL };
	struct tsk_launch spawn = { .words = words };
	struct tsk_ran ran;

	if (tsk_launch_and_wait(call, &spawn, tsk_deadline(call, TRIAL_MS), 4096, &ran))
		return tsk_error(call);
	if (ran.code || ran.timed_out)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"the copied program does not run in '%s': it ended with %d: %s",
				fresh, ran.code, ran.output);
	return TSK_OK;
}

static enum tsk_status take_place(struct tsk_call *call, const struct place *place)
{
	const char *fresh = place->fresh, *aside = place->aside;

	if (!place->there && !rename(fresh, place->target))
		return TSK_OK;
	if (place->there && !renameat2(AT_FDCWD, fresh, AT_FDCWD, place->target, RENAME_EXCHANGE))
		return leftover_clear(call, fresh);
	/* File systems without the exchange: the place is empty for a moment. */
	if (place->there && (errno == EINVAL || errno == ENOSYS) && !rename(place->target, aside)) {
		if (!rename(fresh, place->target))
			return leftover_clear(call, aside);
		rename(aside, place->target);
	}
	return tsk_fail(call, tsk_path_status(errno, TSK_UNAVAILABLE),
			"cannot put the skill in place at '%s': %s", place->target,
			strerror(errno));
}

static enum tsk_status build(struct tsk_call *call, const struct place *place, size_t *count)
{
	struct manifest manifest = { .version = tsk_version(), .files = { .call = call } };
	const char *fresh = place->fresh;

	/* First an empty one, so that what a killed installation leaves is known as ours. */
	if (tree_make_directory(call, fresh) || manifest_write(call, fresh, &manifest) ||
	    contents_copy(call, fresh, &manifest.files))
		return tsk_error(call);
	tsk_lines_push(&manifest.files, MANIFEST_NAME);
	*count = manifest.files.count;
	if (copy_others(call, place, &manifest.files) || manifest_write(call, fresh, &manifest) ||
	    try_copy(call, fresh))
		return tsk_error(call);
	return take_place(call, place);
}

/* What a killed call left is taken away, or put back where the new copy had not come yet. */
static enum tsk_status sweep(struct tsk_call *call, const struct place *place)
{
	struct stat about;

	if (lstat(place->target, &about) && errno == ENOENT)
		rename(place->aside, place->target);
	return leftover_sweep(call, place->fresh) ? tsk_error(call)
						  : leftover_sweep(call, place->aside);
}

/* One at a time. */
static enum tsk_status lock_and_sweep(struct tsk_call *call, const struct place *place, int *lock)
{
	*lock = open(place->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*lock < 0)
		return tsk_fail(call, tsk_path_status(errno, TSK_UNAVAILABLE),
				"cannot open '%s': %s", place->parent, strerror(errno));
	if (flock(*lock, LOCK_EX | LOCK_NB))
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot lock '%s': another install-skill is at work there",
				place->parent);
	return sweep(call, place);
}

static enum tsk_status install(struct tsk_call *call, struct place *place, size_t *count)
{
	int lock = -1;

	if (tree_make_directory(call, place->parent))
		return tsk_error(call);
	enum tsk_status status = lock_and_sweep(call, place, &lock);
	if (status == TSK_OK)
		status = look_at_place(call, place);
	if (status == TSK_OK) {
		status = build(call, place, count);
		if (status != TSK_OK && !access(place->fresh, F_OK))
			leftover_clear(call, place->fresh);
	}
	if (lock >= 0)
		close(lock);
	return status;
}

/* The manifest last, so that a removal that was cut off can be taken up again. */
static enum tsk_status take_away(struct tsk_call *call, const struct place *place)
{
	struct tsk_lines files = { .call = call }, manifest = { .call = call };

	tsk_lines_push(&manifest, MANIFEST_NAME);
	for (size_t i = 0; i < place->old.files.count; i++)
		if (strcmp(place->old.files.items[i], MANIFEST_NAME) != 0)
			tsk_lines_push(&files, place->old.files.items[i]);
	if (tree_remove(call, place->target, &files))
		return tsk_error(call);
	return tree_remove(call, place->target, &manifest);
}

/* ---- what is said ---- */

/* Shorter, and as the skill's front matter allows it, where we stand in the project. */
static const char *from_here(const char *path)
{
	char here[PATH_MAX];

	if (!getcwd(here, sizeof(here)))
		return path;
	size_t length = strlen(here);
	return !strncmp(path, here, length) && path[length] == '/' ? path + length + 1 : path;
}

static void say_facts(struct tsk_call *call, const struct place *place, bool dry_run)
{
	cJSON *result = tsk_result(call);

	tsk_set(result, "directory", place->target);
	tsk_set(result, "previous_version", place->old.version);
	tsk_set_bool(result, "dry_run", dry_run);
	cJSON *kept = tsk_set_list(result, "kept");
	for (size_t i = 0; i < place->others.count; i++)
		tsk_append(kept, place->others.items[i]);
}

/* A removal that was killed before its last step left it. */
static enum tsk_status remove_empty(struct tsk_call *call, const struct place *place)
{
	if (!rmdir(place->target) || errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT)
		return TSK_OK;
	return tsk_fail(call, tsk_path_status(errno, TSK_UNAVAILABLE),
			"cannot remove the directory '%s': %s", place->target, strerror(errno));
}

static enum tsk_status remove_there(struct tsk_call *call, struct place *place, bool dry_run)
{
	if (look_at_place(call, place))
		return tsk_error(call);
	say_facts(call, place, dry_run);
	size_t count = place->old.files.count;
	tsk_set_number(tsk_result(call), "files", (int64_t)count);
	if (!count && place->there && !dry_run && remove_empty(call, place))
		return tsk_error(call);
	if (!count) {
		tsk_verdict(call, "absent", "no skill in '%s': nothing to remove", place->target);
		return TSK_OK;
	}
	if (dry_run) {
		tsk_verdict(call, "dry_run", "%zu files would be removed from '%s'", count,
			    place->target);
		return TSK_OK;
	}
	if (take_away(call, place))
		return tsk_error(call);
	tsk_verdict(call, "removed", "skill %s removed from '%s' (%zu files)",
		    place->old.version ? place->old.version : "of unknown version", place->target,
		    count);
	return TSK_OK;
}

static enum tsk_status remove_skill(struct tsk_call *call, struct place *place, bool dry_run)
{
	int lock = -1;
	enum tsk_status status = dry_run || access(place->parent, F_OK)
					 ? TSK_OK
					 : lock_and_sweep(call, place, &lock);

	if (status == TSK_OK)
		status = remove_there(call, place, dry_run);
	if (lock >= 0)
		close(lock);
	return status;
}

static enum tsk_status add_skill(struct tsk_call *call, struct place *place, bool dry_run)
{
	size_t count = 0;

	if (dry_run ? look_at_place(call, place) : install(call, place, &count))
		return tsk_error(call);
	bool update = place->old.files.count > 0;
	say_facts(call, place, dry_run);
	tsk_set(tsk_result(call), "version", tsk_version());
	if (dry_run) {
		tsk_verdict(call, "dry_run", "skill %s would be %s in '%s'", tsk_version(),
			    update ? "updated" : "installed", place->target);
		return TSK_OK;
	}
	tsk_set_number(tsk_result(call), "files", (int64_t)count);
	tsk_verdict(call, update ? "updated" : "installed", "skill %s %s in '%s' (%zu files)",
		    tsk_version(), update ? "updated" : "installed", place->target, count);
	tsk_next(call, "%s/scripts/ensure-server.sh", tsk_quote(call, from_here(place->target)));
	return TSK_OK;
}

static enum tsk_status install_skill(struct tsk_call *call, const void *given)
{
	const struct install_options *o = given;
	struct place place = { 0 };
	const char *base = find_base(call, o);

	if (!base)
		return tsk_error(call);
	place.parent = tsk_format(call, "%s/" SKILLS_FOLDER, base);
	place.target = tsk_format(call, "%s/" SKILL_NAME, place.parent);
	place.fresh = tsk_format(call, "%s/" BUILD_NAME, place.parent);
	place.aside = tsk_format(call, "%s.old", place.fresh);
	return o->remove ? remove_skill(call, &place, o->dry_run)
			 : add_skill(call, &place, o->dry_run);
}

static const struct tsk_view views[] = {
	{ .path = "?previous_version", .label = "before" },
	{ .path = "kept", .label = "kept, not of this program" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill install-skill",
					"temporal-skill install-skill --user",
					"temporal-skill install-skill --project ~/app --remove",
					NULL };

const struct tsk_command install_skill_command = {
	.name = "install-skill",
	.summary = "put the skill with all it needs into a project, or update it there",
	.details = "Makes the self-contained folder .claude/skills/temporal: SKILL.md, scripts, "
		   "program, plugins,\nreferences, recipes, templates. Again: replaces its own "
		   "files; files that others added stay, those beside the program in kept/. A "
		   "folder\nof that name that is not this "
		   "program's is left alone.",
	.examples = examples,
	.needs = TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct install_options),
	.views = views,
	.run = install_skill,
};
