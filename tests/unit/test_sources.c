/* What a project's source files are. */
#include "core_support.h"

#include "sources/sources.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const sources[] = { "__main__.py",     "_orders/worker.py", "a.py",
				       "pkg/_private.py", "pkg/deep/b.py",     "testing.py" };
static const char *const others[] = {
	".hidden.py",
	".venv/x.py",
	"__pycache__/x.py",
	"build/x.py",
	"conftest.py",
	"dist/x.py",
	"env/x.py",
	"node_modules/x.py",
	"notes.txt",
	"pkg/test_x.py",
	"pkg/tests/x.py",
	"site-packages/x.py",
	"test/x.py",
	"test_x.py",
	"venv/x.py",
	"a.pyc",
	"1/2/3/4/5/6/7/8/9/deep.py",
};

static void make_file(struct tsk_call *call, const char *root, const char *path)
{
	char *whole = tsk_format(call, "%s/%s", root, path);

	for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(whole, 0700);
	}
	int file = open(whole, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	close(file);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static void take_source(void *what, const struct tsk_source *source)
{
	assert_int_equal(faccessat(source->folder, source->name, R_OK, 0), 0);
	assert_true(source->changed_at > 0);
	tsk_lines_push(what, source->path);
}

static void only_what_a_worker_is_made_of_is_visited(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct tsk_lines seen = { .call = call };
	char root[] = "/tmp/test-sources-XXXXXX";

	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		make_file(call, root, sources[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		make_file(call, root, others[i]);
	assert_int_equal(symlink("pkg", tsk_format(call, "%s/link", root)), 0);
	tsk_sources_walk(call, root, take_source, &seen);
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	assert_string_equal(tsk_lines_text(&seen, " "),
			    "__main__.py _orders/worker.py a.py pkg/_private.py pkg/deep/b.py "
			    "testing.py");
	tsk_sources_walk(call, "/no/such/folder", take_source, &seen);
	assert_int_equal(seen.count, sizeof(sources) / sizeof(*sources));
}

/* ---- queues ---- */

static void write_text(struct tsk_call *call, const char *root, const char *path, const char *text)
{
	make_file(call, root, path);
	assert_int_equal(
		tsk_file_write(call, tsk_format(call, "%s/%s", root, path), text, strlen(text)),
		TSK_OK);
}

/* The worker's file beside one of constants: the queues that come of it. */
static void queues_are_found_where_their_name_is_set(void **state)
{
	static const struct {
		const char *worker, *constants, *queues;
	} rows[] = {
		{ "Worker(c, task_queue=\"orders\")\n", "", "orders" },
		{ "Worker(c, task_queue=Q)\n", "Q = \"orders\"\n", "orders" },
		{ "from flows import QUEUE\nWorker(c, task_queue=QUEUE)\n",
		  "QUEUE: Final = 'orders'\n", "orders" },
		{ "Worker(c, task_queue=settings.queue)\n",
		  "class Settings:\n    queue: str = 'orders'\n", "orders" },
		{ "Worker(c, task_queue=QUEUE)\n",
		  "import os\nQUEUE = os.environ.get(\"QUEUE\", \"orders\")\n", "orders" },
		{ "Worker(c, task_queue=os.getenv('QUEUE', 'orders'))\n", "", "orders" },
		{ "Worker(c, task_queue=os.environ['QUEUE'])\n", "", "" },
		{ "Worker(c, task_queue=queue_of(x))\n", "queue_of = 'no'\n", "" },
		{ "A = 'a'\nWorker(c, task_queue=A)\nWorker(c, task_queue=B)\n",
		  "A = 'other'\nB = 'b'\n", "a b" },
	};
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char root[] = "/tmp/queues.XXXXXX";
		struct tsk_strings queues;

		assert_non_null(mkdtemp(root));
		write_text(&world->call, root, "worker.py", rows[i].worker);
		write_text(&world->call, root, "constants.py", rows[i].constants);
		sources_queues(&world->call, root, &queues);
		nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
		assert_string_equal(tsk_join(&world->call, &queues, " "), rows[i].queues);
	}
}

/* ---- lines ---- */

static bool has_mark(const void *what, const char *text, const char *line, const char *def)
{
	const char *at = strstr(line, what);

	assert_true(text <= line);
	assert_true(!def || def < line);
	return at && at < line + strcspn(line, "\n");
}

static void lines_are_named_by_their_function(void **state)
{
	static const char text[] = "# defn\n"           /* 1 */
				   "top = HIT\n"        /* 2 */
				   "async def run(\n"   /* 3 */
				   "    self,\n"        /* 4 */
				   ") -> None:\n"       /* 5 */
				   "    HIT\n"          /* 6 */
				   "\n"                 /* 7 */
				   "# a remark\n"       /* 8 */
				   "    def inner():\n" /* 9 */
				   "        HIT\n"      /* 10 */
				   "    HIT\n"          /* 11 */
				   "HIT";               /* 12 */
	static const char *const expected[] = { "a.py:2", "a.py:6 in run", "a.py:10 in inner",
						"a.py:11 in run", "a.py:12" };
	const size_t count = sizeof(expected) / sizeof(*expected);
	struct core_world *world = *state;
	char root[] = "/tmp/lines.XXXXXX";
	struct tsk_strings places;

	assert_non_null(mkdtemp(root));
	const char *path = tsk_format(&world->call, "%s/a.py", root);
	assert_int_equal(tsk_file_write(&world->call, path, text, strlen(text)), TSK_OK);
	sources_lines(&world->call, root, "defn", has_mark, "HIT", 9, &places);
	assert_int_equal(places.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(places.items[i], expected[i]);
	sources_lines(&world->call, root, "defn", has_mark, "HIT", 2, &places);
	assert_int_equal(places.count, 2);
	sources_lines(&world->call, root, "nowhere", has_mark, "HIT", 9, &places);
	assert_int_equal(places.count, 0);
	assert_int_equal(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(only_what_a_worker_is_made_of_is_visited),
		core_test(lines_are_named_by_their_function),
		core_test(queues_are_found_where_their_name_is_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
