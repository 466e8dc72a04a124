/* The globs of watch-project: which paths they match, into which folders they lead, which are none.
 */
#include "core_support.h"

/* A plugin's files are in no library that a test could link. */
#include "../../plugins/watch/glob.c" /* NOLINT(bugprone-suspicious-include) */

static struct glob read_glob(const char *text)
{
	struct glob glob;
	const char *problem = glob_read(text, &glob);

	if (problem)
		fail_msg("'%s': %s", text, problem);
	return glob;
}

static const struct {
	const char *glob, *path;
	bool matches;
} paths[] = {
	{ ".env", ".env", true },
	{ ".env", "app/.env", false },
	{ ".env*", ".env.local", true },
	{ "*.yaml", "app.yaml", true },
	{ "*.yaml", "conf/app.yaml", false },
	{ "*.yaml", ".hidden.yaml", false },
	{ "*.yaml", ".yaml", false },
	{ "*.yaml", "app.yaml~", false },
	{ "*", "notes.txt~", false },
	{ "*~", "notes.txt~", true },
	{ "**/*.yaml", "app.yaml", true },
	{ "**/*.yaml", "a/b/c/app.yaml", true },
	{ "**/*.yaml", ".venv/app.yaml", false },
	{ "**/*.yaml", "node_modules/x/app.yaml", false },
	{ "**/*.yaml", "tests/app.yaml", false },
	{ "tests/**/*.yaml", "tests/app.yaml", true },
	{ "tests/**/*.yaml", "tests/data/app.yaml", true },
	{ "tests/**/*.yaml", "tests/.cache/app.yaml", false },
	{ ".config/*.toml", ".config/app.toml", true },
	{ "*/app.toml", ".config/app.toml", false },
	{ ".c*/app.toml", ".config/app.toml", true },
	{ "prompts", "prompts/hello.txt", true },
	{ "prompts", "prompts/de/hello.txt", true },
	{ "prompts", "prompts/.draft.txt", false },
	{ "prompts", "prompts2/hello.txt", false },
	{ "prompts/", "prompts/de/hello.txt", true },
	{ "prompts/**", "prompts/hello.txt", true },
	{ "prompts/**", "prompts", false },
	{ "./prompts/*", "prompts/hello.txt", true },
	{ "prompts/*", "prompts/de/hello.txt", false },
	{ "a/**/b/**/c.txt", "a/b/c.txt", true },
	{ "a/**/b/**/c.txt", "a/x/b/y/z/c.txt", true },
	{ "a/**/b/**/c.txt", "a/x/y/c.txt", false },
	{ "v?.txt", "v1.txt", true },
	{ "v?.txt", "v.txt", false },
	{ "v?.txt", "v\xC3\xA9.txt", true },
	{ "v[0-9].txt", "v7.txt", true },
	{ "v[0-9].txt", "vx.txt", false },
	{ "v[!0-9].txt", "vx.txt", true },
	{ "v[^0-9].txt", "v7.txt", false },
	{ "v[]x].txt", "v].txt", true },
	{ "v[a-].txt", "v-.txt", true },
	{ "v[\xC3\xA0-\xC3\xAF].txt", "v\xC3\xA9.txt", true },
	{ "a\\*b", "a*b", true },
	{ "a\\*b", "axb", false },
	{ "*a*b*c", "xaybzc", true },
	{ "*a*b*c", "xaybz", false },
	{ "*", "", false },
};

static void paths_match_as_they_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct glob glob = read_glob(paths[i].glob);
		if (glob_matches(&glob, paths[i].path) != paths[i].matches)
			fail_msg("'%s' and '%s'", paths[i].glob, paths[i].path);
	}
}

static const struct {
	const char *glob, *folder;
	bool reaches, takes_all;
} folders[] = {
	{ "*.yaml", "conf", false, false },
	{ "conf/*.yaml", "conf", true, false },
	{ "conf/*.yaml", "conf/more", false, false },
	{ "**/*.yaml", "conf/more", true, false },
	{ "**/*.yaml", ".git", false, false },
	{ "tests/data/*.yaml", "tests", true, false },
	{ "tests/data/*.yaml", "tests/unit", false, false },
	{ "prompts", "prompts", true, true },
	{ "prompts", "prompts/de", true, true },
	{ "prompts", "prompts/.git", false, false },
	{ "data/**", "data", true, true },
	{ "data/**", "data/a/b", true, true },
	{ "data/*", "data", true, false },
};

static void folders_are_entered_where_it_is_worth_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		struct glob glob = read_glob(folders[i].glob);
		if (glob_reaches(&glob, folders[i].folder) != folders[i].reaches ||
		    glob_takes_all(&glob, folders[i].folder) != folders[i].takes_all)
			fail_msg("'%s' and '%s'", folders[i].glob, folders[i].folder);
	}
}

static const struct {
	const char *glob, *problem;
} bad[] = {
	{ "", "empty name" },
	{ "a//b", "empty name" },
	{ "/etc/*.conf", "not relative" },
	{ "~/x", "not relative" },
	{ "../x", "leads out" },
	{ "a/../../x", "leads out" },
	{ "a/./b", "names no file" },
	{ ".", "names no file" },
	{ "v[0-9.txt", "'[' is not closed" },
	{ "v[]", "'[' is not closed" },
	{ "v[a\\]", "'[' is not closed" },
	{ "a\\", "ends in" },
	{ "**.yaml", "alone between" },
	{ "a/x**/b", "alone between" },
	{ "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", "too many" },
};

static void bad_globs_are_told(void **state)
{
	struct glob glob;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *problem = glob_read(bad[i].glob, &glob);
		if (!problem || !strstr(problem, bad[i].problem))
			fail_msg("'%s': %s", bad[i].glob, problem ? problem : "fine");
	}
}

/* Patterns that other matchers need ages for. */
static void no_glob_takes_long(void **state)
{
	char name[200] = "";
	struct glob glob = read_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	assert_false(glob_matches(&glob, name));
	glob = read_glob("**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/x");
	assert_false(glob_matches(&glob, "a/a/a/a/a/a/a/a/y"));
	glob = read_glob("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/x");
	assert_false(glob_matches(&glob, "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/y"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(paths_match_as_they_should),
		core_test(folders_are_entered_where_it_is_worth_it),
		core_test(bad_globs_are_told),
		core_test(no_glob_takes_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
