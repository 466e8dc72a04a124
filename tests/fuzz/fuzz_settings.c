/* libFuzzer: a project's INI file. */
#include "configuration/load.h"
#include "fuzz.h"

#include "settings/table.h"
#include "text/typed_value.h"

#include <temporal-skill/process.h>

static char folder[] = "/tmp/fuzz-settings-XXXXXX";
static char link_path[sizeof(folder) + 32];

static void remove_folder(void)
{
	unlink(link_path);
	rmdir(folder);
}

/* The project's folder has a link to the file that holds the input. */
static void make_folder(const char *file)
{
	if (*link_path)
		return;
	/* No other settings than those of the input. */
	clearenv();
	require(mkdtemp(folder) != NULL);
	snprintf(link_path, sizeof(link_path), "%s/temporal-skill.ini", folder);
	require(symlink(file, link_path) == 0);
	atexit(remove_folder);
}

static void look_at(const struct tsk_call *call, enum tsk_setting setting)
{
	const struct setting_row *row = settings_row(setting);
	const char *value = tsk_setting(call, setting);
	int64_t ms;

	require(value && *tsk_setting_origin(call, setting));
	if (row->type == TSK_CHOICE)
		require(value_choice(value, row->choices));
	if (row->type == TSK_DURATION)
		require(tsk_parse_duration(value, &ms) && ms >= 0);
	if (row->type == TSK_FLAG)
		require(!*value || !strcmp(value, "true") || !strcmp(value, "false"));
}

static void look_at_all(struct tsk_call *call)
{
	struct tsk_strings words;
	size_t count;

	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		look_at(call, i);
	if (tsk_split_words(call, "worker_cmd", tsk_setting(call, TSK_SETTING_WORKER_CMD),
			    &words) == TSK_OK)
		require(words.count > 0 && !words.items[words.count]);
	const struct tsk_ini_entry *entries = tsk_ini_entries(call, "run", &count);
	for (size_t i = 0; i < count; i++)
		require(entries[i].line > 0 && entries[i].key && entries[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);

	make_folder(fuzz_file(bytes, size));
	settings_set(&world.settings, call, TSK_SETTING_PROJECT_DIR, folder, "fuzz", RANK_FLAG);
	/* The Temporal CLI is asked about profiles; the input does not choose what is run. */
	settings_set(&world.settings, call, TSK_SETTING_TEMPORAL_CLI, "/nonexistent/temporal",
		     "fuzz", RANK_FLAG);
	enum tsk_status status = configuration_load(&world.settings, call);
	require(status == tsk_error(call));
	require(status == TSK_OK || *tsk_error_message(call));
	if (status == TSK_OK)
		look_at_all(call);
	fuzz_end(&world);
	return 0;
}
