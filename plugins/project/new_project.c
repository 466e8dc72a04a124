/* new-project: a new Temporal project from a template, ready to be verified. Whole or not at all.
 */
#include "template.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct new_options {
	const char *name;
	const char *template;
};

static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct new_options, name),
	  .argument = "NAME",
	  .help = "the new folder; its last part names the project",
	  .required = true,
	  .positional = true },
	{ .name = "template",
	  .type = TSK_STRING,
	  .at = offsetof(struct new_options, template),
	  .argument = "TEMPLATE",
	  .help = "what it begins with; an unknown one lists them",
	  .fallback = "greeting" },
	{ 0 },
};

/* What Python packaging takes as a name (PEP 508), and what is fine as a folder. */
static bool is_project_name(const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t length = strlen(name);

	return length && length <= 100 && strspn(name, letters) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
		       length &&
	       strchr(letters, name[length - 1]);
}

static const char *base_name(struct tsk_call *call, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	const char *whole = tsk_copy_bytes(call, path, length);
	const char *slash = strrchr(whole, '/');
	return slash && slash[1] ? slash + 1 : whole;
}

static enum tsk_status new_project(struct tsk_call *call, const void *given)
{
	const struct new_options *o = given;
	const char *name = base_name(call, o->name);
	const char *template = NULL;
	struct template_words words = { .name = name,
					.symbol = template_symbol(call, name),
					.task_queue = tsk_format(call, "%s-task-queue", name) };
	char resolved[PATH_MAX];

	if (!is_project_name(name))
		return tsk_fail(call, TSK_USAGE,
				"bad project name '%s': letters, digits, '.', '_' and '-', a "
				"letter or digit at "
				"both ends",
				name);
	if (template_find(call, o->template, &template) || template_check_target(call, o->name))
		return tsk_error(call);
	cJSON *files = tsk_set_list(tsk_result(call), "files");
	if (template_create(call, template, o->name, &words, files))
		return tsk_error(call);
	const char *path = realpath(o->name, resolved) ? resolved : o->name;
	tsk_set(tsk_result(call), "project", name);
	tsk_set(tsk_result(call), "project_dir", path);
	tsk_set(tsk_result(call), "template", o->template);
	tsk_set(tsk_result(call), "task_queue", words.task_queue);
	tsk_verdict(call, "created", "created '%s' from the template '%s', %d files", path,
		    o->template, cJSON_GetArraySize(files));
	tsk_next(call, "temporal-skill verify-project %s", tsk_quote(call, o->name));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "files" },
	{ .path = "task_queue" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill new-project greeting",
	"temporal-skill new-project ./apps/orders --template greeting",
	NULL,
};

const struct tsk_command new_project_command = {
	.name = "new-project",
	.summary = "create a Temporal project from a template",
	.examples = examples,
	.needs = TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct new_options),
	.views = views,
	.run = new_project,
};
