/* Settings: which source wins, and where a mistake is. */
#include "configuration/load.h"
#include "core_support.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct files {
	char root[64];
	struct core_world *world;
};

static void write_file(const struct files *files, const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", files->root, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	struct files *files = calloc(1, sizeof(*files));
	char path[256];

	clearenv();
	strcpy(files->root, "/tmp/settings-XXXXXX");
	assert_non_null(mkdtemp(files->root));
	snprintf(path, sizeof(path), "%s/temporal-skill", files->root);
	assert_int_equal(mkdir(path, 0700), 0);
	setenv("XDG_CONFIG_HOME", files->root, 1);
	setenv("HOME", files->root, 1);
	setenv("CLAUDE_TEMPORAL_PROJECT_DIR", files->root, 1);
	setenv("PATH", "/nonexistent", 1);
	core_setup((void **)&files->world);
	*state = files;
	return 0;
}

static int teardown(void **state)
{
	struct files *files = *state;
	static const char *const names[] = { "temporal-skill.ini", "temporal-skill/config.ini",
					     "temporal-skill", "" };
	char path[256];

	core_teardown((void **)&files->world);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", files->root, names[i]);
		remove(path);
	}
	free(files);
	return 0;
}

static enum tsk_status load(struct files *files)
{
	return configuration_load(&files->world->settings, &files->world->call);
}

static const char *value(const struct files *files, enum tsk_setting setting)
{
	return tsk_setting(&files->world->call, setting);
}

static void the_stronger_source_wins(void **state)
{
	struct files *files = *state;
	struct settings *settings = &files->world->settings;

	write_file(files, "temporal-skill/config.ini",
		   "[connection]\naddress = user:1\nnamespace = user\n[server]\nlog_dir = /user\n");
	write_file(files, "temporal-skill.ini",
		   "[connection]\naddress = project:1\nnamespace = project\n");
	setenv("TEMPORAL_ADDRESS", "env:1", 1);
	settings_set(settings, &files->world->call, TSK_SETTING_TASK_QUEUE, "q", "flag --x",
		     RANK_FLAG);
	assert_int_equal(load(files), TSK_OK);
	assert_string_equal(value(files, TSK_SETTING_ADDRESS), "env:1");
	assert_string_equal(value(files, TSK_SETTING_NAMESPACE), "project");
	assert_string_equal(value(files, TSK_SETTING_LOG_DIR), "/user");
	assert_string_equal(value(files, TSK_SETTING_TASK_QUEUE), "q");
	assert_string_equal(value(files, TSK_SETTING_WORKER_CMD), "uv run worker");
	assert_string_equal(tsk_setting_origin(&files->world->call, TSK_SETTING_ADDRESS),
			    "environment TEMPORAL_ADDRESS");
	assert_non_null(strstr(tsk_setting_origin(&files->world->call, TSK_SETTING_NAMESPACE),
			       "temporal-skill.ini:3"));
}

static void claude_variables_come_before_those_of_the_cli(void **state)
{
	struct files *files = *state;

	setenv("TEMPORAL_NAMESPACE", "cli", 1);
	setenv("CLAUDE_TEMPORAL_NAMESPACE", "claude", 1);
	assert_int_equal(load(files), TSK_OK);
	assert_string_equal(value(files, TSK_SETTING_NAMESPACE), "claude");
}

static void values_keep_semicolons_and_length(void **state)
{
	struct files *files = *state;
	char text[2000];

	snprintf(text, sizeof(text), "[project]\nworker_cmd = sh -c 'a ; b' %0*d\n", 1000, 7);
	write_file(files, "temporal-skill.ini", text);
	assert_int_equal(load(files), TSK_OK);
	assert_memory_equal(value(files, TSK_SETTING_WORKER_CMD), "sh -c 'a ; b' 000", 17);
	assert_int_equal(strlen(value(files, TSK_SETTING_WORKER_CMD)), 14 + 1000);
}

static void check_refused(struct files *files, const char *ini, const char *message)
{
	char expected[512];

	write_file(files, "temporal-skill.ini", ini);
	assert_int_equal(load(files), TSK_USAGE);
	snprintf(expected, sizeof(expected), "%s/temporal-skill.ini:%s", files->root, message);
	assert_string_equal(tsk_error_message(&files->world->call), expected);
}

static void an_unknown_key_is_named_with_its_line(void **state)
{
	check_refused(*state, "# comment\n[connection]\n\nadress = x:1\n",
		      "4: unknown key 'adress' in [connection]; did you mean 'address'?");
}

static void a_line_that_is_none_is_named(void **state)
{
	check_refused(*state, "[connection]\nwhat is this\n",
		      "2: expected [section], key = value or a comment");
}

static void a_file_that_is_no_text_is_refused(void **state)
{
	static const char bytes[] = "[connection]\nname\0space = x\naddress = y:1\n";
	struct files *files = *state;
	char path[256];

	snprintf(path, sizeof(path), "%s/temporal-skill.ini", files->root);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, sizeof(bytes) - 1, file), sizeof(bytes) - 1);
	fclose(file);
	assert_int_equal(load(files), TSK_USAGE);
	assert_non_null(strstr(tsk_error_message(&files->world->call),
			       "temporal-skill.ini:2: a NUL byte: this is no text"));
}

/* "worker_cmd = xxx" of size bytes as line 2, and one more setting. */
static void write_long_line(struct files *files, size_t size, const char *end)
{
	const size_t room = size + 200, before_end = strlen("[project]\n") + size;
	char *text = malloc(room);

	assert_non_null(text);
	int head = snprintf(text, room, "[project]\nworker_cmd = ");
	memset(text + head, 'x', size);
	snprintf(text + before_end, room - before_end, "%s\n[connection]\nnamespace = h\n", end);
	write_file(files, "temporal-skill.ini", text);
	free(text);
}

static void a_line_of_the_greatest_length_is_taken(void **state)
{
	struct files *files = *state;

	write_long_line(files, 65534, "");
	assert_int_equal(load(files), TSK_OK);
	assert_int_equal(strlen(value(files, TSK_SETTING_WORKER_CMD)), 65534 - 13);
	assert_string_equal(value(files, TSK_SETTING_NAMESPACE), "h");
}

/* What does not fit must not become a line of its own, nor get lost. */
static void a_line_that_is_too_long_is_refused(void **state)
{
	struct files *files = *state;

	write_long_line(files, 65534, ";y");
	assert_int_equal(load(files), TSK_USAGE);
	assert_non_null(strstr(tsk_error_message(&files->world->call),
			       "temporal-skill.ini:2: a line of more than 65534 bytes"));
}

static void check_no_file(struct files *files)
{
	assert_int_equal(load(files), TSK_USAGE);
	assert_non_null(strstr(tsk_error_message(&files->world->call),
			       "temporal-skill.ini': it is not a regular file"));
}

static void a_fifo_is_not_waited_for(void **state)
{
	struct files *files = *state;
	char path[256];

	snprintf(path, sizeof(path), "%s/temporal-skill.ini", files->root);
	assert_int_equal(mkfifo(path, 0600), 0);
	check_no_file(files);
}

static void a_directory_is_not_taken_for_an_empty_file(void **state)
{
	struct files *files = *state;
	char path[256];

	snprintf(path, sizeof(path), "%s/temporal-skill.ini", files->root);
	assert_int_equal(mkdir(path, 0700), 0);
	check_no_file(files);
}

static void a_bad_value_is_named_with_its_line(void **state)
{
	struct files *files = *state;

	write_file(files, "temporal-skill.ini", "[connection]\nconnect_timeout = soon\n");
	assert_int_equal(load(files), TSK_USAGE);
	assert_non_null(strstr(tsk_error_message(&files->world->call), "temporal-skill.ini:2)"));
}

static void a_bad_environment_value_is_named(void **state)
{
	struct files *files = *state;

	setenv("TEMPORAL_TLS", "perhaps", 1);
	assert_int_equal(load(files), TSK_USAGE);
	assert_string_equal(
		tsk_error_message(&files->world->call),
		"bad value 'perhaps' (environment TEMPORAL_TLS): expected true or false");
}

static void lines_of_other_sections_are_kept_in_order(void **state)
{
	struct files *files = *state;
	size_t count = 0;

	write_file(files, "temporal-skill.ini",
		   "[run b]\nstep = 1\nstep = 2\n[runner]\nx = y\n[run a]\nstep = 3\n");
	assert_int_equal(load(files), TSK_OK);
	const struct tsk_ini_entry *entries = tsk_ini_entries(&files->world->call, "run", &count);
	assert_int_equal(count, 3);
	assert_string_equal(entries[1].value, "2");
	assert_int_equal(entries[1].line, 3);
	assert_string_equal(entries[2].section, "run a");
}

static void the_project_is_absolute_and_names_itself(void **state)
{
	struct files *files = *state;

	assert_int_equal(load(files), TSK_OK);
	assert_string_equal(value(files, TSK_SETTING_PROJECT_DIR), files->root);
	assert_string_equal(value(files, TSK_SETTING_PROJECT_NAME), files->root + strlen("/tmp/"));
}

#define settings_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		settings_test(the_stronger_source_wins),
		settings_test(claude_variables_come_before_those_of_the_cli),
		settings_test(values_keep_semicolons_and_length),
		settings_test(an_unknown_key_is_named_with_its_line),
		settings_test(a_line_that_is_none_is_named),
		settings_test(a_file_that_is_no_text_is_refused),
		settings_test(a_line_of_the_greatest_length_is_taken),
		settings_test(a_line_that_is_too_long_is_refused),
		settings_test(a_fifo_is_not_waited_for),
		settings_test(a_directory_is_not_taken_for_an_empty_file),
		settings_test(a_bad_value_is_named_with_its_line),
		settings_test(a_bad_environment_value_is_named),
		settings_test(lines_of_other_sections_are_kept_in_order),
		settings_test(the_project_is_absolute_and_names_itself),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
