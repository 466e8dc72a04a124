/* Templates: folders in skills/, copied with names filled in. */
#include "template.h"

#include <temporal-skill/process.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Templates are small projects: anything larger or deeper is not one. */
#define LARGEST_FILE ((size_t)1 << 20)
#define DEEPEST      8

static int is_visible(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
	       strcmp(entry->d_name, "__pycache__") != 0 && strcmp(entry->d_name, ".venv") != 0 &&
	       strcmp(entry->d_name, "uv.lock") != 0 && strstr(entry->d_name, "_cache") == NULL;
}

/* The names in a folder, in order, NULL-terminated; NULL where it cannot be read. */
static const char **names_in(struct tsk_call *call, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_visible, alphasort);

	if (count < 0)
		return NULL;
	const char **names = tsk_alloc(call, ((size_t)count + 1) * sizeof(*names));
	for (int i = 0; i < count; i++) {
		names[i] = tsk_copy(call, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

enum tsk_status template_find(struct tsk_call *call, const char *name, const char **folder)
{
	const char *skills = tsk_skills_dir(call);
	struct tsk_text all = { .call = call };

	if (!skills)
		return tsk_error(call);
	const char *templates = tsk_format(call, "%s/templates", skills);
	const char **names = names_in(call, templates);
	if (!names)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot read '%s': %s", templates,
				strerror(errno));
	for (size_t i = 0; names[i]; i++) {
		tsk_text_join(&all, ", ", "%s", names[i]);
		if (!strcmp(names[i], name)) {
			*folder = tsk_format(call, "%s/%s", templates, name);
			return TSK_OK;
		}
	}
	return tsk_fail(call, TSK_USAGE, "no template '%s'; there are: %s", name,
			tsk_text_value(&all));
}

/* ---- copying ---- */

static const char *fill_in(struct tsk_call *call, const char *text, const char *place,
			   const char *word)
{
	struct tsk_text filled = { .call = call };
	const char *at;

	for (; (at = strstr(text, place)); text = at + strlen(place)) {
		tsk_text_add_bytes(&filled, text, (size_t)(at - text));
		tsk_text_add(&filled, word);
	}
	tsk_text_add(&filled, text);
	return tsk_text_value(&filled);
}

static const char *fill_all(struct tsk_call *call, const char *text,
			    const struct template_words *words)
{
	text = fill_in(call, text, "{{name}}", words->name);
	text = fill_in(call, text, "{{symbol}}", words->symbol);
	return words->task_queue ? fill_in(call, text, "{{task_queue}}", words->task_queue) : text;
}

static enum tsk_status copy_file(struct tsk_call *call, const char *from, const char *to,
				 const struct template_words *words)
{
	const char *text = tsk_file_read(call, from, LARGEST_FILE, NULL);

	if (!text)
		return tsk_error(call);
	text = fill_all(call, text, words);
	return tsk_file_write(call, to, text, strlen(text));
}

/* A place that is not there is a wrong name, as is one that somebody took meanwhile. */
static enum tsk_status status_of(int error)
{
	return error == EEXIST || error == ENOTEMPTY ? TSK_USAGE
						     : tsk_path_status(error, TSK_USAGE);
}

static enum tsk_status copy_folder(struct tsk_call *call, const char *from, const char *to,
				   const char *shown, const struct template_words *words,
				   cJSON *files, int depth)
{
	const char **names = names_in(call, from);

	if (!names || depth > DEEPEST)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot read '%s': %s", from,
				strerror(errno));
	for (; *names; names++) {
		const char *source = tsk_format(call, "%s/%s", from, *names);
		const char *filled = fill_all(call, *names, words);
		const char *target = tsk_format(call, "%s/%s", to, filled);
		const char *name = tsk_format(call, "%s%s", shown, filled);
		struct stat status;
		if (stat(source, &status))
			return tsk_fail(call, TSK_UNAVAILABLE, "cannot read '%s': %s", source,
					strerror(errno));
		if (!S_ISDIR(status.st_mode)) {
			if (copy_file(call, source, target, words))
				return tsk_error(call);
			tsk_append(files, name);
			continue;
		}
		if (mkdir(target, 0755))
			return tsk_fail(call, status_of(errno), "cannot create '%s': %s", target,
					strerror(errno));
		if (copy_folder(call, source, target, tsk_format(call, "%s/", name), words, files,
				depth + 1))
			return tsk_error(call);
	}
	return TSK_OK;
}

const char *template_symbol(struct tsk_call *call, const char *name)
{
	char *symbol = tsk_copy(call, name);

	for (char *at = symbol; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	return symbol;
}

/* Anything that is there is not ours to touch. */
enum tsk_status template_check_target(struct tsk_call *call, const char *target)
{
	struct stat status;

	if (lstat(target, &status))
		return TSK_OK;
	if (S_ISDIR(status.st_mode) && !rmdir(target))
		return TSK_OK;
	tsk_hint(call, "choose another name, or remove it first");
	return tsk_fail(call, TSK_USAGE, "'%s' exists already", target);
}

enum tsk_status template_create(struct tsk_call *call, const char *template, const char *target,
				const struct template_words *words, cJSON *files)
{
	int lock = -1;
	const char *made = tsk_temporary_folder(call, target, &lock);

	if (!made)
		return tsk_fail(call, status_of(errno), "cannot create a folder beside '%s': %s",
				target, strerror(errno));
	enum tsk_status status = copy_folder(call, template, made, "", words, files, 0);
	if (status == TSK_OK && (chmod(made, 0755) || rename(made, target)))
		status = tsk_fail(call, status_of(errno), "cannot create '%s': %s", target,
				  strerror(errno));
	if (status != TSK_OK)
		tsk_temporary_drop(made);
	close(lock);
	return status;
}
