/* Where things are: the program, its plugins, the channel driver, the skill's files. */
#include "installation.h"

#include <temporal-skill/process.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char *called_as = "temporal-skill";

void places_called_as(const char *word)
{
	called_as = word;
}

static char scripts[PATH_MAX];

void places_take_scripts(void)
{
	const char *given = getenv("TEMPORAL_SKILL_SCRIPTS");

	snprintf(scripts, sizeof(scripts), "%s",
		 given && strlen(given) < sizeof(scripts) ? given : "");
	unsetenv("TEMPORAL_SKILL_SCRIPTS");
}

const char *places_scripts(void)
{
	return scripts;
}

const char *tsk_version(void)
{
	return TSK_VERSION;
}

const char *tsk_program_path(struct tsk_call *call)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length > 0)
		return tsk_copy_bytes(call, path, (size_t)length);
	/* Where /proc is not mounted (a chroot, some sandboxes), the kernel still told us at our
	 * start what it ran. */
	const char *ran =
		(const char *)getauxval(AT_EXECFN); /* NOLINT(performance-no-int-to-ptr) */
	if (ran && realpath(ran, path))
		return tsk_copy(call, path);
	return called_as;
}

/* The Temporal CLI calls its extensions by their full path; a person would not. */
const char *tsk_program_spelling(struct tsk_call *call)
{
	const char *on_path = tsk_find_program(call, "temporal-skill");
	char resolved[PATH_MAX];

	if (!strchr(called_as, '/'))
		return called_as;
	if (on_path && realpath(on_path, resolved) && !strcmp(resolved, tsk_program_path(call)))
		return "temporal-skill";
	return tsk_quote(call, called_as);
}

/* The first of the places, relative to the program's folder, that exists. */
static const char *first_of(struct tsk_call *call, const char *const *places)
{
	const char *program = tsk_program_path(call);
	const char *slash = strrchr(program, '/');
	const char *folder = slash ? tsk_copy_bytes(call, program, (size_t)(slash - program)) : ".";
	char resolved[PATH_MAX];

	for (; *places; places++)
		if (realpath(tsk_format(call, "%s/%s", folder, *places), resolved))
			return tsk_copy(call, resolved);
	return NULL;
}

const char *places_plugins(struct tsk_call *call)
{
	static const char *const places[] = { "plugins", "../lib/temporal-skill/plugins", NULL };

	return first_of(call, places);
}

/* A plugin's test is a program of its own: it uses the channel of the program on PATH. */
static const char *channel_of_program_on_path(struct tsk_call *call)
{
	const char *program = tsk_find_program(call, "temporal-skill");
	char resolved[PATH_MAX];

	if (!program || !realpath(program, resolved))
		return NULL;
	*strrchr(resolved, '/') = '\0';
	const char *installed = tsk_format(call, "%s/../lib/temporal-skill/channel.so", resolved);
	const char *built = tsk_format(call, "%s/channel.so", resolved);
	return !access(built, R_OK) ? built : !access(installed, R_OK) ? installed : NULL;
}

const char *places_channel(struct tsk_call *call)
{
	static const char *const places[] = { "channel.so", "../lib/temporal-skill/channel.so",
					      "../channel.so", NULL };

	const char *found = first_of(call, places);

	return found ? found : channel_of_program_on_path(call);
}

const char *places_user_plugins(struct tsk_call *call)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data && *data == '/')
		return tsk_format(call, "%s/temporal-skill/plugins", data);
	return home && *home == '/'
		       ? tsk_format(call, "%s/.local/share/temporal-skill/plugins", home)
		       : NULL;
}

const char *tsk_skills_dir(struct tsk_call *call)
{
	/* Each is looked for by its templates, which only the skill's folder has. */
	static const char *const places[] = { "../skills/templates",
					      "../../skills/templates",
					      "skills/templates", /* a build folder's link */
					      "../share/temporal-skill/skills/templates",
					      "../templates",
					      NULL };
	/* An installed skill, known by its manifest, has its own: nothing beside it is asked. */
	static const char *const own[] = { "../.manifest.json", NULL };
	static const char *const own_places[] = { "../templates", NULL };
	const char *templates = first_of(call, first_of(call, own) ? own_places : places);

	if (templates)
		return tsk_copy_bytes(call, templates, strlen(templates) - strlen("/templates"));
	tsk_fail(call, TSK_UNAVAILABLE, "cannot find the skill's files near '%s'",
		 tsk_program_path(call));
	return NULL;
}
