/* The commands of a project that names none: its entry points, else its sources by their usual
 * names. */
#include "load.h"
#include "settings/table.h"
#include "settings/values.h"

#include <temporal-skill/process.h>

#include <string.h>
#include <unistd.h>

/* A sample may lie in a repository that declares for all of them. */
#define PARENTS      3
#define LARGEST_FILE ((size_t)1 << 20)

const char *tsk_project_file(struct tsk_call *call, const char *name, const char **path)
{
	char *folder = tsk_copy(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR));

	for (int i = 0; i <= PARENTS; i++) {
		char *slash = strrchr(folder, '/');
		*path = tsk_format(call, "%s/%s", folder, name);
		if (!access(*path, R_OK)) {
			const char *text = tsk_checkout_file_read(call, *path, LARGEST_FILE, NULL);
			tsk_forget_error(call);
			return text;
		}
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return NULL;
}

/* The next line without what stands before its first word; NULL: no more. */
static const char *next_line(struct tsk_call *call, const char **text)
{
	size_t length = strcspn(*text, "\n");

	if (!**text)
		return NULL;
	const char *line = tsk_copy_bytes(call, *text, length);
	*text += length + ((*text)[length] == '\n');
	return line + strspn(line, " \t\"'");
}

static bool begins(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

bool tsk_entry_point(struct tsk_call *call, const char *name)
{
	const char *path, *line, *text = tsk_project_file(call, "pyproject.toml", &path);
	bool of_scripts = false, of_uv = false, named = false, installed = false;

	/* uv installs the entry points of what is built only. */
	while (text && (line = next_line(call, &text))) {
		if (*line == '[') {
			of_scripts = begins(line, "[project.scripts]") ||
				     begins(line, "[tool.poetry.scripts]");
			of_uv = begins(line, "[tool.uv]");
			installed |= begins(line, "[build-system]");
		} else if (of_scripts && begins(line, name) &&
			   strchr(" \t\"'=", line[strlen(name)])) {
			named = true;
		} else if (of_uv && begins(line, "package") && strstr(line, "true")) {
			installed = true;
		}
	}
	return named && installed;
}

static void guess(struct settings *settings, struct tsk_call *call, enum tsk_setting setting,
		  const char *entry_point, const char *const *files)
{
	struct setting_value *slot = &settings->values[setting];
	const char *directory = settings->values[TSK_SETTING_PROJECT_DIR].value;

	if (slot->rank != RANK_DEFAULT)
		return;
	*slot = (struct setting_value){ settings_row(setting)->fallback, "default", RANK_DEFAULT,
					false };
	if (tsk_entry_point(call, entry_point)) {
		slot->origin = "default, as pyproject.toml has it";
		return;
	}
	for (size_t i = 0; files[i]; i++) {
		if (access(tsk_format(call, "%s/%s", directory, files[i]), R_OK))
			continue;
		slot->value =
			settings_keep(settings, tsk_format(call, "uv run python %s", files[i]));
		slot->origin = settings_keep(settings,
					     tsk_format(call, "default, as there is %s", files[i]));
		return;
	}
}

void configuration_guess_commands(struct settings *settings, struct tsk_call *call)
{
	/* The second names are those of Temporal's own tutorials. */
	static const char *const workers[] = { "worker.py", "run_worker.py", NULL };
	static const char *const starters[] = { "starter.py", "run_workflow.py", NULL };
	struct tsk_mark mark = tsk_mark(call);

	guess(settings, call, TSK_SETTING_WORKER_CMD, "worker", workers);
	guess(settings, call, TSK_SETTING_STARTER_CMD, "starter", starters);
	tsk_rewind(call, mark);
}
