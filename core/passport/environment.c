/* The environment in which a worker's Python processes describe themselves. */
#include <temporal-skill/passport.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_VARIABLE  "PYTHONPATH"
#define MODE_VARIABLE  "TEMPORAL_SKILL_PROBE"

/* Of a file with variables, looked through for one. */
#define FILE_SIZE_MOST ((size_t)64 << 10)
#define FILE_LINES     10000

const char *tsk_probe_folder(struct tsk_call *call, const char **why)
{
	const bool had_error = tsk_error(call) != TSK_OK;
	const char *skills = tsk_skills_dir(call), *problem = NULL;
	const char *folder = skills ? tsk_format(call, "%s/probe/python", skills) : NULL;

	if (!skills && !had_error)
		tsk_forget_error(call);
	if (!folder || access(tsk_format(call, "%s/sitecustomize.py", folder), R_OK)) {
		problem = "the skill's folder probe/python is not there";
		folder = NULL;
	} else if (strchr(folder, ':')) {
		problem = tsk_format(call, "PYTHONPATH cannot hold '%s', which has a ':'", folder);
		folder = NULL;
	}
	if (why)
		*why = problem;
	return folder;
}

/* ---- PYTHONPATH ---- */

/* What the program would have: the last entry of its own environment that speaks of it, or ours. */
static const char *variable_of(const char *const *environment, const char *name)
{
	const size_t length = strlen(name);
	const char *value = getenv(name);

	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name, length) &&
		    ((*environment)[length] == '=' || !(*environment)[length]))
			value = (*environment)[length] ? *environment + length + 1 : NULL;
	return value;
}

/* Without our folder: this program may have been called by a worker that has a passport. */
static const char *path_without(struct tsk_call *call, const char *path, const char *folder)
{
	const size_t length = strlen(folder);

	while (!strncmp(path, folder, length) && (path[length] == ':' || !path[length]))
		path += length + (path[length] == ':');
	return tsk_copy(call, path);
}

const char *tsk_probe_python_path(struct tsk_call *call, const char *folder,
				  const char *const *environment)
{
	const char *own = variable_of(environment, PATH_VARIABLE);

	own = own ? path_without(call, own, folder) : "";
	/* An empty entry would be the working directory. */
	return tsk_format(call, PATH_VARIABLE "=%s%s%s", folder, *own ? ":" : "", own);
}

/* ---- files with variables, which the command's launcher reads ---- */

static bool sets_python_path(struct tsk_call *call, const char *directory, const char *file)
{
	const char *path = *file == '/' ? file : tsk_format(call, "%s/%s", directory, file);
	const char *at = tsk_file_tail(call, path, FILE_LINES, FILE_SIZE_MOST, -1);

	while (at && *at) {
		at += strspn(at, " \t");
		if (!strncmp(at, "export ", strlen("export ")))
			at += strlen("export ") + strspn(at + strlen("export "), " \t");
		if (!strncmp(at, PATH_VARIABLE, strlen(PATH_VARIABLE)))
			return true;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return false;
}

/* uv takes from its files only what is not set, so that ours would hide the project's. */
static const char *file_with_python_path(struct tsk_call *call, const struct tsk_launch *launch)
{
	static const char option[] = "--env-file";
	const char *directory = launch->directory ? launch->directory : ".";
	const char *named = variable_of(launch->environment, "UV_ENV_FILE");

	for (const char *const *word = launch->words; word && *word; word++) {
		const char *file = NULL;
		if (!strncmp(*word, option, strlen(option)))
			file = (*word)[strlen(option)] == '=' ? *word + strlen(option) + 1
			       : !(*word)[strlen(option)]     ? word[1]
							      : NULL;
		if (file && sets_python_path(call, directory, file))
			return file;
		if (!word[1])
			break;
	}
	while (named && *named) {
		size_t length = strcspn(named, " ");
		const char *file = tsk_copy_bytes(call, named, length);
		if (length && sets_python_path(call, directory, file))
			return file;
		named += length + (named[length] == ' ');
	}
	return NULL;
}

/* ---- all ---- */

/* Why it is to have no passport; NULL: it is. */
static const char *why_none(struct tsk_call *call, const struct tsk_launch *launch,
			    const char **folder)
{
	const char *why = NULL;

	*folder = tsk_probe_folder(call, &why);
	if (!*folder)
		return why;
	const char *file = file_with_python_path(call, launch);

	return file ? tsk_format(call, "'%s' sets PYTHONPATH, which the passport needs", file)
		    : NULL;
}

static const char *const *without_any(struct tsk_call *call, const struct tsk_launch *launch,
				      const char **entries, size_t count)
{
	const char *folder = tsk_probe_folder(call, NULL);
	const char *path = variable_of(launch->environment, PATH_VARIABLE);

	entries[count++] = MODE_VARIABLE;
	entries[count++] = MODE_VARIABLE "_FILE";
	entries[count++] = MODE_VARIABLE "_KEEP";
	if (folder && path && strcmp(path_without(call, path, folder), path) != 0)
		entries[count++] =
			tsk_format(call, PATH_VARIABLE "=%s", path_without(call, path, folder));
	return entries;
}

/* The worker has its own working directory. */
static const char *absolute(struct tsk_call *call, const char *path)
{
	char here[PATH_MAX];

	return *path == '/' || !getcwd(here, sizeof(here)) ? path
							   : tsk_format(call, "%s/%s", here, path);
}

const char *const *tsk_passport_environment(struct tsk_call *call, const struct tsk_record *record,
					    const struct tsk_launch *launch)
{
	const char *folder = NULL, *why = NULL;
	size_t count = 0;

	while (launch->environment && launch->environment[count])
		count++;
	/* 5: ours, and the end. */
	const char **entries = tsk_alloc(call, (count + 5) * sizeof(*entries));
	if (count)
		memcpy(entries, launch->environment, count * sizeof(*entries));
	if (!tsk_setting_is_true(call, TSK_SETTING_PASSPORT)) {
		tsk_passport_drop(call, record);
		return without_any(call, launch, entries, count);
	}
	why = why_none(call, launch, &folder);
	if (!why && tsk_passport_begin(call, record)) {
		why = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
	}
	if (why) {
		tsk_note(call, "the worker gets no passport: %s", why);
		tsk_passport_drop(call, record);
		return without_any(call, launch, entries, count);
	}
	entries[count++] = tsk_probe_python_path(call, folder, launch->environment);
	entries[count++] = MODE_VARIABLE "=describe";
	entries[count++] = tsk_format(call, MODE_VARIABLE "_FILE=%s",
				      absolute(call, tsk_passport_file(call, record)));
	entries[count++] = tsk_format(call, MODE_VARIABLE "_KEEP=%s",
				      absolute(call, tsk_passport_sources(call, record)));
	return entries;
}
