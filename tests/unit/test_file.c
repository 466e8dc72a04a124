/* Log files and files: what they are called, their end, and all of them or nothing. */
#include "process_support.h"

/* ---- logs ---- */

static void check_log(struct fixture *fixture, const char *name, const char *scope,
		      const char *expected)
{
	const char *path = tsk_log_path(&fixture->call, "worker", name, scope);

	assert_non_null(path);
	assert_string_equal(path,
			    tsk_format(&fixture->call, "%s/logs/%s", fixture->directory, expected));
}

static void test_log_path(void **state)
{
	struct fixture *fixture = *state;
	const char *one = in_directory(fixture, "one/app"), *two = in_directory(fixture, "two/app");
	struct tsk_call *call = &fixture->call;

	assert_string_equal(tsk_log_path(call, "server", NULL, NULL),
			    in_directory(fixture, "logs/server.log"));
	assert_int_equal(tsk_private_directory(call, one), TSK_OK);
	assert_int_equal(tsk_private_directory(call, two), TSK_OK);
	check_log(fixture, "app", one, "worker-app.log");
	const char *other = tsk_log_path(call, "worker", "app", two);
	assert_string_not_equal(other, in_directory(fixture, "logs/worker-app.log"));
	assert_non_null(strstr(other, "/logs/worker-app-"));
	/* The same, whenever and in whatever order it is asked for. */
	for (int i = 0; i < 3; i++) {
		assert_string_equal(tsk_log_path(call, "worker", "app", two), other);
		check_log(fixture, "app", one, "worker-app.log");
	}
	/* The first project is gone: who asks next gets its name. */
	assert_int_equal(rmdir(one), 0);
	check_log(fixture, "app", two, "worker-app.log");

	check_log(fixture, "my app", one, "worker-my app.log");
	check_log(fixture, "\xC3\xA4pp \xE2\x82\xAC", one, "worker-\xC3\xA4pp \xE2\x82\xAC.log");
	check_log(fixture, "a/../b", one, "worker-a_.._b.log");
	check_log(fixture, "a\n\x1b[0m\x7F", one, "worker-a__[0m_.log");
	check_log(fixture,
		  "a\xC2\x9B"
		  "b\xFF\xC3",
		  one, "worker-a__b__.log");
	check_log(fixture, "", one, "worker-_.log");
	char *long_name = tsk_alloc(call, 601);
	for (int i = 0; i < 600; i += 2)
		memcpy(long_name + i, "\xC3\xA4", 2);
	const char *path = tsk_log_path(call, "worker", long_name, one);
	assert_non_null(path);
	assert_true(strlen(strrchr(path, '/')) < 200);
	assert_int_equal(tsk_file_write(call, path, "x", 1), TSK_OK);
}

static void test_log_rotate(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *log = write_file(fixture, "log", "one", 0600),
		   *old = in_directory(fixture, "log.1");

	assert_int_equal(tsk_log_rotate(call, log), TSK_OK);
	assert_false(exists(log));
	assert_string_equal(tsk_file_read(call, old, 100, NULL), "one");
	assert_int_equal(tsk_log_rotate(call, log), TSK_OK); /* none there */
	write_file(fixture, "log", "", 0600);
	assert_int_equal(tsk_log_rotate(call, log), TSK_OK); /* nothing in it */
	assert_string_equal(tsk_file_read(call, old, 100, NULL), "one");
	write_file(fixture, "log", "two", 0600);
	assert_int_equal(tsk_log_rotate(call, log), TSK_OK);
	assert_string_equal(tsk_file_read(call, old, 100, NULL), "two");
}

/* ---- files ---- */

static void test_tail(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *path = write_file(fixture, "log", "one\ntwo\n\nfour", 0600);

	assert_string_equal(tsk_file_tail(call, path, 1, 100, 0), "four");
	assert_string_equal(tsk_file_tail(call, path, 2, 100, 0), "\nfour");
	assert_string_equal(tsk_file_tail(call, path, 3, 100, 0), "two\n\nfour");
	assert_string_equal(tsk_file_tail(call, path, 4, 100, 0), "one\ntwo\n\nfour");
	assert_string_equal(tsk_file_tail(call, path, 100, 100, 0), "one\ntwo\n\nfour");
	/* Files of /proc tell no size. */
	const char *limits = tsk_file_tail(call, "/proc/self/limits", 1, 8192, 0);
	assert_non_null(limits);
	assert_int_equal(strncmp(limits, "Max realtime timeout", 20), 0);
	assert_non_null(strstr(tsk_file_tail(call, "/proc/self/limits", 100, 8192, 0), "Limit"));
	assert_string_equal(tsk_file_tail(call, "/dev/null/none", 1, 100, 0) ? "there" : "", "");
	assert_string_equal(tsk_file_tail(call, path, 0, 100, 0), "");
	assert_string_equal(tsk_file_tail(call, path, 100, 0, 0), "");
	/* From an offset on; one beyond the end is of a file that is no more. */
	assert_string_equal(tsk_file_tail(call, path, 100, 100, 4), "two\n\nfour");
	assert_string_equal(tsk_file_tail(call, path, 1, 100, 4), "four");
	assert_string_equal(tsk_file_tail(call, path, 100, 100, 13), "");
	assert_string_equal(tsk_file_tail(call, path, 1, 100, 14), "four");
	/* Cut to a number of bytes: whole lines, where there is one. */
	assert_string_equal(tsk_file_tail(call, path, 100, 8, 0), "\nfour");
	assert_string_equal(tsk_file_tail(call, path, 100, 3, 0), "our");
	path = write_file(fixture, "log", "one\ntwo\n", 0600);
	assert_string_equal(tsk_file_tail(call, path, 1, 100, 0), "two\n");
	assert_string_equal(tsk_file_tail(call, path, 2, 100, 0), "one\ntwo\n");
	assert_string_equal(tsk_file_tail(call, path, 5, 3, 0), "wo\n");
	path = write_file(fixture, "log", "", 0600);
	assert_string_equal(tsk_file_tail(call, path, 5, 100, 0), "");
	assert_null(tsk_file_tail(call, in_directory(fixture, "none"), 1, 100, 0));
	assert_null(tsk_file_tail(call, fixture->directory, 1, 100, 0));
	assert_int_equal(mkfifo(in_directory(fixture, "fifo"), 0600), 0);
	assert_null(tsk_file_tail(call, in_directory(fixture, "fifo"), 1, 100, 0));
	assert_int_equal(tsk_file_write(call, path, "a\nb\0c\nd\n", 8), TSK_OK);
	assert_string_equal(tsk_file_tail(call, path, 2, 100, 0), "b c\nd\n");
}

/* Lines longer than a block, and more lines than a block holds. */
/* Wherever a block of 64 kB ends, and whatever else is in the file. */
static void test_file_contains(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *path = in_directory(fixture, "long");
	const size_t block = (size_t)64 << 10, size = 3 * block;
	char *bytes = tsk_alloc(call, size);

	for (size_t at = block - 8; at <= block + 8; at++) {
		memset(bytes, at % 2 ? 'n' : '\0', size);
		memcpy(bytes + at, "needle", 6);
		assert_int_equal(tsk_file_write(call, path, bytes, size), TSK_OK);
		assert_true(tsk_file_contains(call, path, "needle"));
		assert_false(tsk_file_contains(call, path, "needles"));
	}
	memset(bytes, 'x', size);
	memcpy(bytes, "begin", 5);
	memcpy(bytes + size - 3, "end", 3);
	assert_int_equal(tsk_file_write(call, path, bytes, size), TSK_OK);
	assert_true(tsk_file_contains(call, path, "begin"));
	assert_true(tsk_file_contains(call, path, "end"));
	assert_false(tsk_file_contains(call, path, "endx"));
	assert_true(tsk_file_contains(call, path, tsk_copy_bytes(call, bytes, block + 1)));
	assert_false(tsk_file_contains(call, in_directory(fixture, "none"), "x"));
	assert_false(tsk_file_contains(call, fixture->directory, "x"));
	assert_int_equal(tsk_file_write(call, path, "", 0), TSK_OK);
	assert_false(tsk_file_contains(call, path, "x"));
}

static void test_tail_of_large_file(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *path = in_directory(fixture, "log");
	FILE *file = fopen(path, "we");

	for (int i = 0; i < 50000; i++)
		fprintf(file, "line %d\n", i);
	fprintf(file, "%0200000d\nlast\n", 7);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(tsk_file_tail(call, path, 1, 1 << 20, 0), "last\n");
	assert_int_equal(strlen(tsk_file_tail(call, path, 2, 1 << 20, 0)), 200006);
	const char *tail = tsk_file_tail(call, path, 3, 1 << 20, 0);
	assert_int_equal(strncmp(tail, "line 49999\n0", 12), 0);
	tail = tsk_file_tail(call, path, 40002, 1 << 20, 0);
	assert_int_equal(strncmp(tail, "line 10000\nline 10001\n", 22), 0);
	tail = tsk_file_tail(call, path, 40002, 100006, 0);
	assert_string_equal(tail, "last\n");
}

static void test_read_and_write(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *path = in_directory(fixture, "file");
	struct stat about;
	size_t size;

	assert_int_equal(tsk_file_write(call, path, "a\0b", 3), TSK_OK);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0644);
	assert_memory_equal(tsk_file_read(call, path, 3, &size), "a\0b", 4);
	assert_int_equal(size, 3);
	assert_null(tsk_file_read(call, path, 2, &size));
	assert_int_equal(tsk_error(call), TSK_UNAVAILABLE);
	tsk_forget_error(call);
	assert_null(tsk_file_read(call, in_directory(fixture, "none"), 2, NULL));
	assert_int_equal(tsk_error(call), TSK_NOT_FOUND);
	tsk_forget_error(call);
	assert_null(tsk_file_read(call, fixture->directory, 2, NULL));
	tsk_forget_error(call);

	/* Larger than a block, and exactly as large. */
	size_t sizes[] = { 65535, 65536, 65537, 300000 };
	for (size_t i = 0; i < 4; i++) {
		char *bytes = tsk_alloc(call, sizes[i]);
		memset(bytes, 'x', sizes[i]);
		assert_int_equal(tsk_file_write(call, path, bytes, sizes[i]), TSK_OK);
		const char *read = tsk_file_read(call, path, sizes[i], &size);
		assert_non_null(read);
		assert_int_equal(size, sizes[i]);
		assert_int_equal(strlen(read), size);
		assert_null(tsk_file_read(call, path, sizes[i] - 1, &size));
		tsk_forget_error(call);
	}
	/* What cannot be written leaves nothing behind, and what was there. */
	assert_int_equal(mkdir(in_directory(fixture, "full"), 0700), 0);
	assert_int_equal(mkdir(in_directory(fixture, "full/below"), 0700), 0);
	assert_int_not_equal(tsk_file_write(call, in_directory(fixture, "full"), "x", 1), TSK_OK);
	tsk_forget_error(call);
	assert_int_equal(tsk_file_write(call, in_directory(fixture, "none/file"), "x", 1),
			 TSK_NOT_FOUND);
	assert_int_equal(count_files(fixture->directory), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_log_path),      FIXTURE_TEST(test_log_rotate),
		FIXTURE_TEST(test_tail),          FIXTURE_TEST(test_tail_of_large_file),
		FIXTURE_TEST(test_file_contains), FIXTURE_TEST(test_read_and_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
