/* Which projects beside it a project takes its sources from. */
#include "core_support.h"

#include <temporal-skill/process.h>
#include <temporal-skill/sources.h>
#include <temporal-skill/text.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	struct tsk_call *call;
	char root[64];
};

static void put(struct tree *tree, const char *path, const char *text)
{
	char *whole = tsk_format(tree->call, "%s/%s", tree->root, path);

	for (char *slash = whole + strlen(tree->root) + 1; (slash = strchr(slash, '/'));
	     *slash++ = '/') {
		*slash = '\0';
		mkdir(whole, 0700);
	}
	assert_int_equal(tsk_file_write(tree->call, whole, text, strlen(text)), TSK_OK);
}

static void put_project(struct tree *tree, const char *folder, const char *name)
{
	put(tree, tsk_format(tree->call, "%s/pyproject.toml", folder),
	    tsk_format(tree->call, "[project]\nname = \"%s\"\n", name));
	put(tree, tsk_format(tree->call, "%s/src/%s/__init__.py", folder, name), "\n");
}

static struct tree make_tree(void **state)
{
	struct tree tree = { .call = &((struct core_world *)*state)->call,
			     .root = "/tmp/test-neighbours-XXXXXX" };

	assert_non_null(mkdtemp(tree.root));
	put_project(&tree, "app", "app");
	put_project(&tree, "common", "common");
	put_project(&tree, "libs/deep", "deep");
	return tree;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static void drop_tree(struct tree *tree)
{
	nftw(tree->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* "../common*, ../libs/deep": those of the project "app"; * behind one that is editable. */
static const char *neighbours_of(struct tree *tree, const char *folder)
{
	struct tsk_text text = { .call = tree->call };
	size_t count;
	const struct tsk_neighbour *found = tsk_neighbours(
		tree->call, tsk_format(tree->call, "%s/%s", tree->root, folder), &count);

	for (size_t i = 0; i < count; i++)
		tsk_text_join(&text, ", ", "%s%s", found[i].path, found[i].editable ? "*" : "");
	return tsk_text_value(&text);
}

static void declared(void **state, const char *file, const char *text, const char *expected)
{
	struct tree tree = make_tree(state);

	put(&tree, tsk_format(tree.call, "app/%s", file), text);
	const char *found = neighbours_of(&tree, "app");
	drop_tree(&tree);
	assert_string_equal(found, expected);
}

static void each_tool_declares_in_its_way(void **state)
{
	static const char *const both = "../common*, ../libs/deep";

	declared(state, "pyproject.toml",
		 "[project]\nname = \"app\"\ndependencies = [\"common\", \"deep\"]\n"
		 "[tool.uv.sources]\n"
		 "common = { path = \"../common\", editable = true } # beside\n"
		 "deep = { path = '../libs/deep' }\n",
		 both);
	declared(state, "pyproject.toml",
		 "[tool.poetry.dependencies]\npython = \"^3.11\"\n"
		 "common = {path = \"../common\", develop = true}\n"
		 "[tool.poetry.group.dev.dependencies]\ndeep = {path=\"../libs/deep/\"}\n",
		 both);
	declared(state, "pyproject.toml",
		 "[project]\ndependencies = [\n"
		 "  \"deep @ file:///${PROJECT_ROOT}/../libs/deep\",\n]\n"
		 "[tool.pdm.dev-dependencies]\ndev = [\n"
		 "  \"-e file:///${PROJECT_ROOT}/../common#egg=common\",\n]\n",
		 "../libs/deep, ../common*");
	declared(state, "pyproject.toml",
		 "[project]\ndependencies = [\"common @ {root:parent:uri}/common\"]\n"
		 "[tool.hatch.envs.default]\n"
		 "dependencies = [\n  \"deep @ {root:uri}/../libs/deep\",\n]\n",
		 "../common, ../libs/deep");
	declared(state, "Pipfile",
		 "[packages]\ncommon = {editable = true, path = \"../common\"}\n"
		 "[dev-packages]\ndeep = {path = \"../libs/deep\"}\n",
		 both);
	declared(state, "requirements.txt",
		 "# ours\ntemporalio==1.35\n-e ../common  # beside\n../libs/deep[fast]\n", both);
	declared(state, "requirements.txt", "--editable=file:../common#egg=common\n", "../common*");
}

static void what_is_no_neighbour_is_none(void **state)
{
	declared(state, "pyproject.toml",
		 "[tool.uv.sources]\n"
		 "a = { path = \"/\" }\nb = { path = \"../libs\" }\nc = { path = \".\" }\n"
		 "d = { path = \"../none\" }\ne = { git = \"https://x/common\" }\n"
		 "# f = { path = \"../common\" }\n"
		 "[tool.other]\npath = \"../common\"\n"
		 "[tool.hatch.build]\ninclude = [\"/common\"]\n",
		 "");
	declared(state, "requirements.txt", "-e git+https://x/y#egg=z\ncommon\n#-e ../common\n",
		 "");
}

static void a_workspace_knows_its_members(void **state)
{
	struct tree tree = make_tree(state);

	put(&tree, "pyproject.toml",
	    "[project]\nname = \"whole\"\n[tool.uv.workspace]\n"
	    "members = [\n  \"app\", # first\n  \"c*\",\n  \"libs/**\",\n]\n"
	    "exclude = [\"libs/old\"]\n");
	put_project(&tree, "libs/old", "old");
	put_project(&tree, "libs/my_lib", "My_Lib");
	put(&tree, "app/pyproject.toml",
	    "[project]\nname = \"app\"\ndependencies = [\"my.lib>=1\", \"old\", \"requests\"]\n"
	    "[tool.uv.sources]\nmy-lib = { workspace = true }\n");
	put(&tree, "libs/my_lib/pyproject.toml",
	    "[project]\nname = \"My_Lib\"\n[dependency-groups]\ndev = [\"deep\"]\n");
	const char *of_app = neighbours_of(&tree, "app");
	const char *of_common = neighbours_of(&tree, "common");
	drop_tree(&tree);
	/* What a member requires is required by those that require it. */
	assert_string_equal(of_app, "../libs/my_lib*, ../libs/deep*");
	assert_string_equal(of_common, "");
}

static void put_installed(struct tree *tree, const char *name, const char *folder, bool editable)
{
	const char *packages = "app/.venv/lib/python3.11/site-packages";

	put(tree, "app/.venv/pyvenv.cfg", "version = 3.11\n");
	put(tree, tsk_format(tree->call, "%s/%s-1.dist-info/direct_url.json", packages, name),
	    tsk_format(tree->call, "{\"url\": \"file://%s/%s\", \"dir_info\": {%s}}", tree->root,
		       folder, editable ? "\"editable\": true" : ""));
}

static void what_is_installed_counts_where_it_is_imported(void **state)
{
	struct tree tree = make_tree(state);

	put_installed(&tree, "app", "app", true);
	put_installed(&tree, "common", "common", true);
	put_installed(&tree, "deep", "libs/deep", true);
	put(&tree, "app/src/app/worker.py", "import os\n\nfrom deep.flows import Plum\n");
	assert_string_equal(neighbours_of(&tree, "app"), "../libs/deep*");
	/* Imports of a neighbour count, too. */
	put(&tree, "libs/deep/src/deep/flows.py", "import common\n");
	assert_string_equal(neighbours_of(&tree, "app"), "../libs/deep*, ../common*");
	/* What is installed is surer than what is declared. */
	put_installed(&tree, "common", "common", false);
	put(&tree, "app/requirements.txt", "-e ../common\n");
	assert_string_equal(neighbours_of(&tree, "app"), "../common, ../libs/deep*");
	/* A line of a .pth file does the same. */
	put_installed(&tree, "deep", "libs/deep", false);
	put(&tree, "app/.venv/lib/python3.11/site-packages/deep.pth",
	    tsk_format(tree.call, "import sys\n%s/libs/deep/src\n", tree.root));
	assert_string_equal(neighbours_of(&tree, "app"), "../common, ../libs/deep*");
	drop_tree(&tree);
}

static void take_path(void *what, const struct tsk_source *source)
{
	tsk_lines_push(what, source->path);
}

static void their_sources_are_walked(void **state)
{
	struct tree tree = make_tree(state);
	struct tsk_lines seen = { .call = tree.call }, all = { .call = tree.call };

	/* The repository itself is a package, and the project lies in it. */
	put(&tree, "pyproject.toml", "[project]\nname = \"whole\"\n");
	put(&tree, "top.py", "\n");
	put(&tree, "app/requirements.txt", "-e ..\n../common\n");
	const char *app = tsk_format(tree.call, "%s/app", tree.root);
	tsk_sources_walk(tree.call, app, take_path, &seen);
	tsk_sources_walk_all(tree.call, app, take_path, &all);
	drop_tree(&tree);
	assert_string_equal(tsk_lines_text(&seen, " "), "src/app/__init__.py ../top.py");
	assert_string_equal(tsk_lines_text(&all, " "),
			    "src/app/__init__.py ../top.py ../common/src/common/__init__.py");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(each_tool_declares_in_its_way),
		core_test(what_is_no_neighbour_is_none),
		core_test(a_workspace_knows_its_members),
		core_test(what_is_installed_counts_where_it_is_imported),
		core_test(their_sources_are_walked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
