/* Records, and the directories that they lie in. */
#include "process_support.h"

static struct tsk_record example(void)
{
	return (struct tsk_record){
		.kind = "worker",
		.name = "app",
		.scope = "/home/x/app",
		.process = { .pid = 4711, .start_ticks = UINT64_MAX - 1, .boot_id = "boot-1" },
		.command = "uv run \"worker\" --name 'a b'\t\x1b[1m",
		.log = "/tmp/logs/worker-app.log",
		.address = "localhost:7233",
		.namespace_ = "default",
		.task_queues = "one,two",
		.started_at = INT64_MAX,
	};
}

static const struct tsk_record *read_example(struct fixture *fixture)
{
	return tsk_record_read(&fixture->call, "worker", "app", "/home/x/app");
}

static void write_record(struct fixture *fixture, const struct tsk_record *record)
{
	if (tsk_record_write(&fixture->call, record))
		fail_msg("%s", tsk_error_message(&fixture->call));
}

/* ---- records ---- */

static void test_write_and_read(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example();
	struct stat about;

	assert_null(read_example(fixture));
	assert_false(exists(in_directory(fixture, "pids"))); /* to look makes nothing */
	write_record(fixture, &record);
	write_record(fixture, &record);
	const struct tsk_record *read = read_example(fixture);
	assert_non_null(read);
	assert_string_equal(read->kind, record.kind);
	assert_string_equal(read->name, record.name);
	assert_string_equal(read->scope, record.scope);
	assert_int_equal(read->process.pid, 4711);
	assert_true(read->process.start_ticks == UINT64_MAX - 1);
	assert_string_equal(read->process.boot_id, "boot-1");
	assert_string_equal(read->command, record.command);
	assert_string_equal(read->log, record.log);
	assert_string_equal(read->address, record.address);
	assert_string_equal(read->namespace_, record.namespace_);
	assert_string_equal(read->task_queues, record.task_queues);
	assert_true(read->started_at == INT64_MAX);
	assert_int_equal(stat(read->path, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	assert_int_equal(count_files(in_directory(fixture, "pids")), 1); /* no temporary file */
	assert_null(tsk_record_read(&fixture->call, "server", "app", "/home/x/app"));
	assert_int_equal(tsk_error(&fixture->call), TSK_OK);
}

static void test_equal_names_do_not_meet(void **state)
{
	static const char long_name[] =
		"0123456789012345678901234567890123456789012345678901234567890"
		"12345678901234567890123456789012345678901234567890123456789012"
		"34567890123456789012345678901234567890123456789012345678901234"
		"5678901234567890123456789012345678901234567890123456789012345678901";
	static const char *const names[] = {
		"app", "a b",       "a_b",  "a/b",    "\xC3\xA4\xC3\xB6", "..",
		"-n",  "\x1b[2J\n", "\xFF", "a.json", long_name
	};
	static const char *const scopes[] = { "/home/x/app", "/home/y/app", "/home/x/app/" };
	struct fixture *fixture = *state;
	struct tsk_record record = example();
	size_t count, names_count = sizeof(names) / sizeof(*names);

	for (size_t i = 0; i < 3 * names_count; i++) {
		record.name = names[i / 3];
		record.scope = scopes[i % 3];
		record.process.pid = 1000 + (int)i;
		write_record(fixture, &record);
	}
	for (size_t i = 0; i < 3 * names_count; i++) {
		const struct tsk_record *read =
			tsk_record_read(&fixture->call, "worker", names[i / 3], scopes[i % 3]);
		assert_non_null(read);
		assert_int_equal(read->process.pid, 1000 + (int)i);
		assert_string_equal(read->name, names[i / 3]);
		assert_int_equal(strncmp(read->path, in_directory(fixture, "pids/worker-"),
					 strlen(fixture->directory) + 13),
				 0);
		for (const char *at = strrchr(read->path, '/') + 1; *at; at++)
			assert_true(*at > ' ' && *at < 0x7F);
	}
	const struct tsk_record *list = tsk_record_list(&fixture->call, "worker", &count);
	assert_int_equal(count, 3 * names_count);
	assert_null(list[count].kind);
	for (size_t i = 1; i < count; i++)
		assert_true(strcmp(list[i - 1].path, list[i].path) < 0);
	tsk_record_list(&fixture->call, "server", &count);
	assert_int_equal(count, 0);
}

static void check_damaged(struct fixture *fixture, const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	if (read_example(fixture))
		fail_msg("taken for whole: %s", text);
	assert_int_equal(tsk_error(&fixture->call), TSK_OK);
	assert_false(exists(path));
	assert_true(exists(tsk_format(&fixture->call, "%s.bad", path)));
}

static void test_damaged(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example();
	size_t count, size;

	write_record(fixture, &record);
	const char *path = read_example(fixture)->path;
	const char *whole = tsk_file_read(&fixture->call, path, 100000, &size);
	for (size_t length = 0; length < size - 2; length += 7)
		check_damaged(fixture, path, tsk_copy_bytes(&fixture->call, whole, length));
	static const char *const changes[][2] = {
		{ "4711", "0" },
		{ "4711", "-1" },
		{ "4711", "4711.5" },
		{ "4711", "4294971007" },
		{ "4711", "\"4711\"" },
		{ "\"boot-1\"", "\"\"" },
		{ "\"boot-1\"", "\"0123456789012345678901234567890123456789\"" },
		{ "18446744073709551614", "18446744073709551616" },
		{ "18446744073709551614", "-5" },
		{ "18446744073709551614", " 5" },
		{ "\"app\"", "7" },
		{ "}", "} x" },
		{ "{", "[{" },
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		const char *at = strstr(whole, changes[i][0]);
		assert_non_null(at);
		check_damaged(fixture, path,
			      tsk_format(&fixture->call, "%.*s%s%s", (int)(at - whole), whole,
					 changes[i][1], at + strlen(changes[i][0])));
	}
	char *huge = tsk_alloc(&fixture->call, 400001);
	memset(huge, ' ', 400000);
	check_damaged(fixture, path, huge);
	tsk_record_list(&fixture->call, "worker", &count);
	assert_int_equal(count, 0);
	/* The next one is written as if nothing had been. */
	write_record(fixture, &record);
	assert_non_null(read_example(fixture));
	/* Neither is a link followed, nor a directory read. */
	assert_int_equal(rename(path, in_directory(fixture, "elsewhere")), 0);
	assert_int_equal(symlink(in_directory(fixture, "elsewhere"), path), 0);
	assert_null(read_example(fixture));
	assert_true(exists(in_directory(fixture, "elsewhere")));
}

static void test_copied_record_is_none(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_record record = example();
	size_t count;

	write_record(fixture, &record);
	const char *path = read_example(fixture)->path;
	record.scope = "/home/other/app";
	write_record(fixture, &record);
	const char *other =
		tsk_record_read(&fixture->call, "worker", "app", "/home/other/app")->path;
	assert_int_equal(rename(other, path), 0);
	assert_null(read_example(fixture));
	assert_true(exists(path)); /* not damaged, only not the one */
	tsk_record_list(&fixture->call, "worker", &count);
	assert_int_equal(count, 1);
}

static void test_remove(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_record record = example();

	write_record(fixture, &record);
	const struct tsk_record *read = read_example(fixture);
	/* Somebody started anew meanwhile. */
	record.process.pid = 4712;
	write_record(fixture, &record);
	assert_int_equal(tsk_record_remove(&fixture->call, read), TSK_OK);
	assert_non_null(read_example(fixture));
	assert_int_equal(tsk_record_remove(&fixture->call, &record), TSK_OK);
	assert_null(read_example(fixture));
	assert_int_equal(tsk_record_remove(&fixture->call, &record), TSK_OK);
}

/* ---- directories ---- */

static void check_bad_directory(struct fixture *fixture, const char *path, const char *reason)
{
	const struct tsk_record record = example();
	struct stat before, after;
	size_t count;

	assert_int_equal(lstat(path, &before), 0);
	assert_int_equal(tsk_private_directory(&fixture->call, path), TSK_DENIED);
	if (!strstr(tsk_error_message(&fixture->call), reason))
		fail_msg("%s", tsk_error_message(&fixture->call));
	tsk_forget_error(&fixture->call);
	set(fixture, TSK_SETTING_PID_DIR, path);
	set(fixture, TSK_SETTING_LOG_DIR, path);
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_null(read_example(fixture));
	assert_int_equal(tsk_error(&fixture->call), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	tsk_record_list(&fixture->call, "worker", &count);
	assert_int_equal(tsk_error(&fixture->call), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_int_equal(tsk_lock(&fixture->call, "name", 0), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_null(tsk_log_path(&fixture->call, "worker", "app", "/home/x/app"));
	assert_int_equal(tsk_error(&fixture->call), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_int_equal(lstat(path, &after), 0);
	assert_int_equal(before.st_mode, after.st_mode);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void test_private_directory(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *deep = in_directory(fixture, "a/b/c");
	struct stat about;

	assert_int_equal(tsk_private_directory(call, deep), TSK_OK);
	assert_int_equal(stat(deep, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	assert_int_equal(stat(in_directory(fixture, "a"), &about), 0);
	assert_int_equal(about.st_mode & 07777, 0700);
	assert_int_equal(tsk_private_directory(call, tsk_format(call, "%s//", deep)), TSK_OK);
	assert_int_equal(chmod(deep, 0755), 0);
	assert_int_equal(tsk_private_directory(call, deep), TSK_OK);

	write_file(fixture, "file", "", 0600);
	assert_int_equal(tsk_private_directory(call, in_directory(fixture, "file/below")),
			 TSK_NOT_FOUND);
	tsk_forget_error(call);
	assert_int_equal(tsk_private_directory(call, ""), TSK_NOT_FOUND);
}

static void test_unsafe_directory(void **state)
{
	struct fixture *fixture = *state;
	const char *path = in_directory(fixture, "dir");
	const char *link = in_directory(fixture, "link");

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(symlink(path, link), 0);
	check_bad_directory(fixture, link, "it is a symbolic link");
	assert_int_equal(
		tsk_private_directory(&fixture->call, tsk_format(&fixture->call, "%s/", link)),
		TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_int_equal(
		tsk_private_directory(&fixture->call, tsk_format(&fixture->call, "%s/./", link)),
		TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_int_equal(symlink("nowhere", in_directory(fixture, "dangling")), 0);
	check_bad_directory(fixture, in_directory(fixture, "dangling"), "it is a symbolic link");
	assert_false(exists(in_directory(fixture, "nowhere")));
	assert_int_equal(chmod(path, 0770), 0);
	check_bad_directory(fixture, path, "others can write to it (mode 0770)");
	assert_int_equal(chmod(path, 01777), 0);
	check_bad_directory(fixture, path, "others can write to it (mode 1777)");
	check_bad_directory(fixture, write_file(fixture, "file", "", 0600),
			    "it is not a directory");
	assert_int_equal(count_files(path), 0);
	assert_int_equal(chmod(path, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 65534, 65534), 0);
		check_bad_directory(fixture, path, "it belongs to user 65534");
	}
}

/* Between a look at the directory and the reading of a record its process may have ended, and
 * somebody cleared it away. */
static void test_record_that_goes_while_it_is_read_is_none(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_record record = example();
	int how;

	write_record(fixture, &record);
	const char *path = read_example(fixture)->path;
	const char *kept = tsk_format(&fixture->call, "%s.kept", path);
	assert_int_equal(link(path, kept), 0);
	pid_t pid = fork();
	if (pid == 0)
		for (;;) {
			unlink(path);
			if (link(kept, path))
				_exit(1);
		}
	for (int i = 0; i < 20000 && !tsk_error(&fixture->call); i++) {
		struct tsk_mark mark = tsk_mark(&fixture->call);

		tsk_record_list(&fixture->call, "worker", NULL);
		tsk_rewind(&fixture->call, mark);
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_string_equal(tsk_error(&fixture->call) ? tsk_error_message(&fixture->call) : "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_write_and_read),
		FIXTURE_TEST(test_equal_names_do_not_meet),
		FIXTURE_TEST(test_damaged),
		FIXTURE_TEST(test_copied_record_is_none),
		FIXTURE_TEST(test_remove),
		FIXTURE_TEST(test_private_directory),
		FIXTURE_TEST(test_unsafe_directory),
		FIXTURE_TEST(test_record_that_goes_while_it_is_read_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
