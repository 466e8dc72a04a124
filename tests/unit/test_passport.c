/* Passports: where they lie, the environment that makes them, and what is read of whatever may
 * stand there. */
#include "process_support.h"

#include <temporal-skill/passport.h>

#include <stdlib.h>

/* Of one process of the tree, and of another of the same number. */
#define TICKS       77
#define OTHER_TICKS "78"

static const struct tsk_process_info tree[] = {
	{ .id = { .pid = 4711, .start_ticks = 1 } },
	{ .id = { .pid = 4712, .start_ticks = TICKS } },
	{ .id = { .pid = 0 } },
};

#define HEAD(kind) "{\"kind\": \"" kind "\", \"pid\": 4712, \"start_ticks\": \"77\", "
#define WORKER(rest)                                                                               \
	HEAD("worker")                                                                             \
	"\"task_queue\": \"orders\", \"namespace\": \"blue\"" rest "}\n"

static struct tsk_record example(struct fixture *fixture)
{
	struct tsk_record record = {
		.kind = "worker",
		.name = "app",
		.scope = "/home/x/app",
		.process = { .pid = 4711, .start_ticks = 1, .boot_id = "boot-1" },
		.started_at = 1,
	};

	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	return *tsk_record_read(&fixture->call, "worker", "app", "/home/x/app");
}

static void write_bytes(const char *path, const char *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static struct tsk_passport read_bytes(struct fixture *fixture, const char *bytes, size_t size)
{
	const struct tsk_record record = example(fixture);

	write_bytes(tsk_passport_file(&fixture->call, &record), bytes, size);
	const struct tsk_passport passport = tsk_passport_read(&fixture->call, &record, tree);
	assert_int_equal(tsk_error(&fixture->call), TSK_OK);
	assert_true(passport.asked);
	return passport;
}

static struct tsk_passport read_text(struct fixture *fixture, const char *text)
{
	return read_bytes(fixture, text, strlen(text));
}

/* ---- where it lies ---- */

static void test_it_lies_beside_its_record_and_goes_with_it(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example(fixture);
	const char *file = tsk_passport_file(&fixture->call, &record);
	const char *sources = tsk_passport_sources(&fixture->call, &record);
	size_t stem = strlen(record.path) - strlen(".json");
	struct stat about;

	assert_int_equal(strncmp(file, record.path, stem), 0);
	assert_string_equal(file + stem, ".passport");
	assert_string_equal(sources + stem, ".sources");
	assert_false(tsk_passport_read(&fixture->call, &record, tree).asked);
	write_bytes(file, WORKER(""), strlen(WORKER("")));
	assert_int_equal(mkdir(sources, 0700), 0);
	write_bytes(tsk_format(&fixture->call, "%s/sources.json", sources), "{}", 2);

	/* A new start has nothing of the one before it. */
	assert_int_equal(tsk_passport_begin(&fixture->call, &record), TSK_OK);
	assert_int_equal(stat(file, &about), 0);
	assert_int_equal(about.st_size, 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	assert_int_equal(access(sources, F_OK), -1);
	assert_true(tsk_passport_read(&fixture->call, &record, tree).asked);

	assert_int_equal(mkdir(sources, 0700), 0);
	assert_int_equal(tsk_record_remove(&fixture->call, &record), TSK_OK);
	assert_int_equal(count_files(in_directory(fixture, "pids")), 0);
}

/* Keeps that text as the source of the file `flows.py`, as a worker that was started with it. */
static void keep_source(struct fixture *fixture, const struct tsk_record *record, const char *text)
{
	struct tsk_call *call = &fixture->call;
	const char *folder = tsk_passport_sources(call, record);
	const char *index =
		tsk_format(call, "{\"%s\":\"kept.py\"}", in_directory(fixture, "flows.py"));

	mkdir(folder, 0700);
	write_bytes(tsk_format(call, "%s/kept.py", folder), text, strlen(text));
	write_bytes(tsk_format(call, "%s/sources.json", folder), index, strlen(index));
}

static void replace_worker(struct fixture *fixture, const struct tsk_record *record)
{
	tsk_passport_hand_over(&fixture->call, record);
	tsk_passport_drop(&fixture->call, record);
	assert_int_equal(tsk_passport_begin(&fixture->call, record), TSK_OK);
	assert_int_equal(access(tsk_passport_sources(&fixture->call, record), F_OK), -1);
}

static void test_the_last_sources_that_differ_are_kept(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const struct tsk_record record = example(fixture);
	const char *before = tsk_passport_sources_before(call, &record);
	const char *kept = tsk_format(call, "%s/kept.py", before);

	/* As on disk: there is nothing before it. */
	write_bytes(in_directory(fixture, "flows.py"), "one", 3);
	keep_source(fixture, &record, "one");
	replace_worker(fixture, &record);
	assert_int_equal(access(before, F_OK), -1);

	keep_source(fixture, &record, "one");
	write_bytes(in_directory(fixture, "flows.py"), "two", 3);
	replace_worker(fixture, &record);
	assert_string_equal(tsk_file_read(call, kept, 100, NULL), "one");

	/* Another start with the same takes nothing away, another change does. */
	keep_source(fixture, &record, "two");
	replace_worker(fixture, &record);
	assert_string_equal(tsk_file_read(call, kept, 100, NULL), "one");
	keep_source(fixture, &record, "two");
	unlink(in_directory(fixture, "flows.py"));
	replace_worker(fixture, &record);
	assert_string_equal(tsk_file_read(call, kept, 100, NULL), "two");

	/* An index that is none, and one that leads out of its folder. */
	write_bytes(in_directory(fixture, "flows.py"), "three", 5);
	mkdir(tsk_passport_sources(call, &record), 0700);
	write_bytes(tsk_format(call, "%s/sources.json", tsk_passport_sources(call, &record)),
		    "{\"/etc/passwd\":\"../x\",\"a\":7,", 28);
	replace_worker(fixture, &record);
	assert_string_equal(tsk_file_read(call, kept, 100, NULL), "two");

	assert_int_equal(tsk_record_remove(call, &record), TSK_OK);
	assert_int_equal(count_files(in_directory(fixture, "pids")), 0);
}

static void test_a_link_in_its_place_is_not_followed(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example(fixture);
	const char *other = in_directory(fixture, "precious");
	struct stat about;

	write_bytes(other, "precious", 8);
	assert_int_equal(symlink(other, tsk_passport_file(&fixture->call, &record)), 0);
	assert_int_equal(symlink(fixture->directory, tsk_passport_sources(&fixture->call, &record)),
			 0);
	assert_int_equal(tsk_passport_begin(&fixture->call, &record), TSK_OK);
	assert_int_equal(stat(other, &about), 0);
	assert_int_equal(about.st_size, 8);
	assert_int_equal(mkfifo(in_directory(fixture, "fifo"), 0600), 0);
	assert_int_equal(
		rename(in_directory(fixture, "fifo"), tsk_passport_file(&fixture->call, &record)),
		0);
	assert_int_equal(tsk_passport_read(&fixture->call, &record, tree).count, 0);
}

/* ---- the environment ---- */

static const char *entry_of(const char *const *environment, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	for (; *environment; environment++)
		if (!strncmp(*environment, name, length) &&
		    ((*environment)[length] == '=' || !(*environment)[length]))
			found = *environment;
	return found;
}

static void test_python_path(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *const given[] = { "A=1", "PYTHONPATH=src:lib", NULL };
	const char *const none[] = { "PYTHONPATH=src", "PYTHONPATH", NULL };
	const char *const nested[] = { "PYTHONPATH=/p/python:src", NULL };
	const char *const here[] = { "PYTHONPATH=:src", NULL };

	setenv("PYTHONPATH", "ours", 1);
	assert_string_equal(tsk_probe_python_path(call, "/p/python", NULL),
			    "PYTHONPATH=/p/python:ours");
	assert_string_equal(tsk_probe_python_path(call, "/p/python", given),
			    "PYTHONPATH=/p/python:src:lib");
	assert_string_equal(tsk_probe_python_path(call, "/p/python", none), "PYTHONPATH=/p/python");
	assert_string_equal(tsk_probe_python_path(call, "/p/python", nested),
			    "PYTHONPATH=/p/python:src");
	assert_string_equal(tsk_probe_python_path(call, "/p/python", here),
			    "PYTHONPATH=/p/python::src");
	unsetenv("PYTHONPATH");
	assert_string_equal(tsk_probe_python_path(call, "/p/python", NULL), "PYTHONPATH=/p/python");
}

static void test_nothing_is_passed_on_where_it_is_off(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example(fixture);
	const char *const words[] = { "uv", "run", "worker", NULL };
	const char *const given[] = { "A=1", NULL };
	const struct tsk_launch launch = { .words = words, .environment = given };

	set(fixture, TSK_SETTING_PASSPORT, "false");
	assert_int_equal(tsk_passport_begin(&fixture->call, &record), TSK_OK);
	const char *const *entries = tsk_passport_environment(&fixture->call, &record, &launch);
	assert_string_equal(entry_of(entries, "A"), "A=1");
	/* A name alone takes away what we have ourselves. */
	assert_string_equal(entry_of(entries, "TEMPORAL_SKILL_PROBE"), "TEMPORAL_SKILL_PROBE");
	assert_null(entry_of(entries, "PYTHONPATH"));
	assert_false(tsk_passport_read(&fixture->call, &record, tree).asked);
}

/* ---- what is read ---- */

static void test_a_worker_is_read_whole(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_passport passport = read_text(
		fixture,
		WORKER(", \"at\": 1785400000123456789, \"identity\": \"4712@host\", \"address\": "
		       "\"localhost:7233\", \"tls\": true, \"workflows\": [{\"type\": \"Order\", "
		       "\"class\": \"w.Order\", \"file\": \"/a/w.py\", \"line\": 12, "
		       "\"parameters\": [{\"name\": \"id\", \"type\": \"str\", \"optional\": "
		       "false}], \"signals\": [\"*\", \"approve\"], \"queries\": [], \"updates\": "
		       "[], \"sandboxed\": true}], \"activities\": [{\"type\": \"send\", \"file\": "
		       "null, \"line\": null, \"async\": false, \"unbound\": true, \"parameters\": "
		       "null}], \"activity_executor\": {\"class\": \"c.ThreadPoolExecutor\", "
		       "\"workers\": 4}, \"slots\": {\"workflow_tasks\": 100, \"activities\": "
		       "null}, \"queue_activities_per_second\": 0.5, \"remote_activities\": true, "
		       "\"sdk_version\": \"1.20.0\", \"versioning\": {\"used\": true, "
		       "\"build_id\": \"b1\"}"));

	assert_int_equal(passport.count, 1);
	const struct tsk_passport_worker *worker = passport.workers;
	assert_int_equal(worker->pid, 4712);
	assert_true(worker->start_ticks == TICKS);
	assert_true(worker->at > INT64_C(1785400000123000000));
	assert_string_equal(worker->identity, "4712@host");
	assert_string_equal(worker->address, "localhost:7233");
	assert_string_equal(worker->namespace_, "blue");
	assert_string_equal(worker->task_queue, "orders");
	assert_true(worker->tls && worker->remote_activities && worker->versioning.used);
	assert_int_equal(worker->workflow_count, 1);
	assert_string_equal(worker->workflows->type, "Order");
	assert_int_equal(worker->workflows->line, 12);
	assert_true(worker->workflows->parameters.known);
	assert_string_equal(worker->workflows->parameters.items->type, "str");
	assert_int_equal(worker->workflows->signals.count, 2);
	assert_int_equal(worker->activity_count, 1);
	assert_true(worker->activities->unbound && !worker->activities->is_async);
	assert_null(worker->activities->file);
	assert_false(worker->activities->parameters.known);
	assert_int_equal(worker->activity_executor.workers, 4);
	assert_null(worker->workflow_executor.class_name);
	assert_int_equal(worker->workflow_slots, 100);
	assert_int_equal(worker->activity_slots, -1);
	assert_true(worker->queue_activities_per_second > 0.4 &&
		    worker->queue_activities_per_second < 0.6);
	assert_true(worker->activities_per_second < 0);
	assert_string_equal(worker->versioning.build_id, "b1");
	assert_true(tsk_passport_polls_workflows(worker) && tsk_passport_polls_activities(worker));
}

static void test_whose_lines_count(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_passport passport = read_text(
		fixture, WORKER("")
		/* the same number, another process; a process of no tree */
		"{\"kind\": \"worker\", \"pid\": 4712, \"start_ticks\": \"" OTHER_TICKS "\", "
		"\"task_queue\": \"a\", \"namespace\": \"n\"}\n"
		"{\"kind\": \"worker\", \"pid\": 1, \"start_ticks\": \"77\", \"task_queue\": "
		"\"a\", \"namespace\": \"n\"}\n"
		/* made over again, and another on the same queue */
		WORKER("") WORKER(", \"workflows\": [{\"type\": \"B\"}]")
			HEAD("refused") "\"error\": \"ValueError\", \"message\": \"needs "
					"executor\", \"made_in\": "
					"\"/a/w.py\", \"made_at_line\": 7}\n"
					"{\"kind\": \"unknown\", \"pid\": 9, \"start_ticks\": "
					"\"9\", \"problem\": "
					"\"AttributeError: x\"}\n"
		/* another kind, and a line that is being written */
		HEAD("held_back") "\"rpc\": \"X\"}\n" HEAD("worker") "\"task_queue\": \"b\"");

	assert_int_equal(passport.count, 2);
	assert_int_equal(passport.ended, 2);
	assert_int_equal(passport.left_out, 0);
	assert_int_equal(passport.problem_count, 2);
	assert_true(passport.problems[0].refused && !passport.problems[1].refused);
	assert_string_equal(passport.problems[0].message, "needs executor");
	assert_int_equal(passport.problems[0].line, 7);
	assert_string_equal(passport.problems[1].message, "AttributeError: x");

	const struct tsk_record record = example(fixture);
	assert_int_equal(tsk_passport_read(&fixture->call, &record, NULL).count, 4);
}

/* ---- hostile ---- */

static void test_what_is_no_worker_says_nothing(void **state)
{
	static const char *const lines[] = {
		"\n",
		"[]\n",
		"null\n",
		"\"worker\"\n",
		"{\"kind\": 7}\n",
		"{\"kind\": \"worker\"}\n",
		HEAD("worker") "\"task_queue\": \"\", \"namespace\": \"n\"}\n",
		HEAD("worker") "\"task_queue\": [\"a\"], \"namespace\": \"n\"}\n",
		HEAD("worker") "\"task_queue\": \"a\", \"namespace\": NaN}\n",
		HEAD("worker") "\"task_queue\": \"a\xFF\", \"namespace\": \"n\"}\n",
		HEAD("worker") "\"task_queue\": \"a\x1b[2J\", \"namespace\": \"n\"}\n",
		WORKER("") "x",
		"{\"kind\": \"worker\", \"pid\": -1, \"start_ticks\": \"77\", \"task_queue\": "
		"\"a\", \"namespace\": \"n\"}\n",
		"{\"kind\": \"worker\", \"pid\": 1e300, \"start_ticks\": \"77\", \"task_queue\": "
		"\"a\", \"namespace\": \"n\"}\n",
		"{\"kind\": \"worker\", \"pid\": 4712, \"start_ticks\": "
		"\"99999999999999999999999\", \"task_queue\": \"a\", \"namespace\": \"n\"}\n",
		"{\"kind\": \"worker\", \"pid\": 4712, \"start_ticks\": 77, \"task_queue\": \"a\", "
		"\"namespace\": \"n\"}\n",
		"{\"kind\": \"refused\", \"pid\": true, \"start_ticks\": \"77\"}\n",
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct tsk_passport passport = read_text(fixture, lines[i]);
		assert_int_equal(passport.count, strcmp(lines[i], WORKER("") "x") == 0);
		assert_int_equal(passport.problem_count, 0);
	}
}

static void test_members_of_the_wrong_kind_are_not_known(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_passport passport = read_text(
		fixture, WORKER(", \"identity\": {}, \"workflows\": {\"type\": 1}, \"activities\": "
				"[7, null, [], {\"type\": \"a\", \"parameters\": [1, {\"name\": "
				"[]}], \"line\": -5, \"file\": 9}], \"slots\": [], \"at\": -1, "
				"\"activity_executor\": \"x\", \"queue_activities_per_second\": "
				"1e999, \"failure_types\": [1, \"E\"], \"versioning\": 3"));

	assert_int_equal(passport.count, 1);
	const struct tsk_passport_worker *worker = passport.workers;
	assert_null(worker->identity);
	assert_int_equal(worker->workflow_count, 0);
	assert_int_equal(worker->activity_count, 1);
	assert_int_equal(worker->left_out, 3);
	assert_int_equal(worker->activities->parameters.count, 0);
	assert_int_equal(worker->activities->line, 0);
	assert_int_equal(worker->workflow_slots, -1);
	assert_true(worker->queue_activities_per_second < 0);
	assert_int_equal(worker->failure_types.count, 1);
}

static char *repeat(const char *front, const char *piece, size_t times, const char *back)
{
	const size_t size = strlen(piece);
	char *text = malloc(strlen(front) + size * times + strlen(back) + 1);

	assert_non_null(text);
	char *at = stpcpy(text, front);
	for (size_t i = 0; i < times; i++)
		at = stpcpy(at, piece);
	strcpy(at, back); /* NOLINT: it has its room */
	return text;
}

static void test_nothing_is_too_much(void **state)
{
	static const struct {
		const char *front, *piece;
		size_t times;
		const char *back;
		size_t workers;
	} floods[] = {
		/* depth, a line without end, types, lines, zeros */
		{ HEAD("worker") "\"task_queue\": \"a\", \"namespace\": \"n\", \"x\": ", "[",
		  100000, "\n" WORKER(""), 1 },
		{ HEAD("worker") "\"task_queue\": \"a\", \"namespace\": \"", "n", 3000000,
		  "\"}\n" WORKER(""), 1 },
		{ HEAD("worker") "\"task_queue\": \"a\", \"namespace\": \"n\", \"workflows\": [",
		  "{\"type\": \"W\"}, ", 30000, "{\"type\": \"W\"}]}\n", 1 },
		{ "", HEAD("refused") "\"message\": \"m\"}\n", 20000, WORKER(""), 1 },
		{ "", "x", 20000000, "", 0 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(floods) / sizeof(*floods); i++) {
		char *text =
			repeat(floods[i].front, floods[i].piece, floods[i].times, floods[i].back);
		const struct tsk_passport passport = read_text(fixture, text);
		assert_int_equal(passport.count, floods[i].workers);
		assert_true(passport.problem_count <= 20);
		if (passport.count)
			assert_true(passport.workers->workflow_count <= 2000);
		free(text);
	}
}

static void test_a_file_of_zeros(void **state)
{
	struct fixture *fixture = *state;
	char zeros[4096] = { 0 };

	assert_int_equal(read_bytes(fixture, zeros, sizeof(zeros)).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_it_lies_beside_its_record_and_goes_with_it),
		FIXTURE_TEST(test_the_last_sources_that_differ_are_kept),
		FIXTURE_TEST(test_a_link_in_its_place_is_not_followed),
		FIXTURE_TEST(test_python_path),
		FIXTURE_TEST(test_nothing_is_passed_on_where_it_is_off),
		FIXTURE_TEST(test_a_worker_is_read_whole),
		FIXTURE_TEST(test_whose_lines_count),
		FIXTURE_TEST(test_what_is_no_worker_says_nothing),
		FIXTURE_TEST(test_members_of_the_wrong_kind_are_not_known),
		FIXTURE_TEST(test_nothing_is_too_much),
		FIXTURE_TEST(test_a_file_of_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
