/* The versions of all that took part. */
#include "versions.h"

#include <temporal-skill/process.h>

#include <glob.h>
#include <string.h>
#include <unistd.h>

/* `temporal --version` takes 50 ms. */
#define CLI_MS 5000

static const char *cli_version(struct tsk_call *call)
{
	const char *words[] = { tsk_setting(call, TSK_SETTING_TEMPORAL_CLI), "--version", NULL };
	struct tsk_launch spawn = { .words = words };
	struct tsk_ran ran = { .code = 0 };
	static const char before[] = "temporal version ";

	if (tsk_launch_and_wait(call, &spawn, tsk_deadline(call, CLI_MS), 1024, &ran)) {
		tsk_forget_error(call);
		return NULL;
	}
	const char *at = strstr(ran.output, before);
	return at ? tsk_copy_bytes(call, at + strlen(before), strcspn(at + strlen(before), " \n"))
		  : NULL;
}

/* The Python environment that the worker runs in: the project's own, else that of the program in
 * its command. NULL: not known. */
static const char *environment(struct tsk_call *call)
{
	struct tsk_strings words = { .count = 0 };
	const char *own = tsk_format(call, "%s/.venv", tsk_setting(call, TSK_SETTING_PROJECT_DIR));

	if (!access(own, F_OK))
		return own;
	const struct tsk_project_worker *workers;
	size_t count;
	if (tsk_project_workers(call, &workers, &count) ||
	    tsk_split_words(call, "worker_cmd", workers->command, &words)) {
		tsk_forget_error(call);
		return NULL;
	}
	const char *program = tsk_find_program(call, words.items[0]);
	const char *slash = program ? strrchr(program, '/') : NULL;
	size_t length = slash ? (size_t)(slash - program) : 0;
	static const char bin[] = "/bin";
	size_t ending = strlen(bin);
	return length > ending && !strncmp(slash - ending, bin, ending)
		       ? tsk_copy_bytes(call, program, length - ending)
		       : NULL;
}

/* An environment tells without running anything:
 * lib/pythonX.Y/site-packages/temporalio-V.dist-info */
static void project_versions(struct tsk_call *call, const char **sdk, const char **python)
{
	static const char before[] = "/lib/python", packages[] = "/site-packages/temporalio-";
	const char *root = environment(call);
	glob_t found;

	if (!root ||
	    glob(tsk_format(call, "%s%s3*%s*.dist-info", root, before, packages), 0, NULL, &found))
		return;
	const char *lib = found.gl_pathv[0] + strlen(root) + strlen(before);
	const char *name = strstr(lib, packages) + strlen(packages);
	*sdk = tsk_copy_bytes(call, name, strlen(name) - strlen(".dist-info"));
	*python = tsk_copy_bytes(call, lib, strcspn(lib, "/"));
	globfree(&found);
}

void say_versions(struct tsk_call *call, cJSON *object, const char *server)
{
	const char *sdk = NULL, *python = NULL;

	project_versions(call, &sdk, &python);
	tsk_set(object, "program", tsk_version());
	tsk_set(object, "cli", cli_version(call));
	tsk_set(object, "server", server && *server ? server : NULL);
	tsk_set(object, "sdk", sdk);
	tsk_set(object, "python", python);
}
