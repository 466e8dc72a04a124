/* Processes that end with another one, or after a time. */
#include "process_support.h"

static void test_ends_after_its_time(void **state)
{
	struct fixture *fixture = *state;
	struct child child = fork_child(wait_for_end, NULL);
	const struct tsk_lifetime lifetime = { .ttl_ms = 100 };
	int pidfd = tsk_process_open(&child.id);

	assert_int_equal(tsk_lifetime_bind(&fixture->call, &child.id, NULL, &lifetime), TSK_OK);
	assert_true(wait_readable(pidfd));
	close(pidfd);
	end_child(&child);
}

static void test_ends_with_another(void **state)
{
	struct fixture *fixture = *state;
	struct child parent = fork_child(wait_for_end, NULL);
	struct child child = fork_child(wait_for_end, NULL);
	const struct tsk_lifetime lifetime = { .parent_pid = parent.id.pid, .ttl_ms = 3600000 };
	int pidfd = tsk_process_open(&child.id);

	assert_int_equal(tsk_lifetime_check(&fixture->call, &lifetime), TSK_OK);
	assert_int_equal(tsk_lifetime_bind(&fixture->call, &child.id, NULL, &lifetime), TSK_OK);
	assert_true(tsk_process_runs(&child.id));
	end_child(&parent);
	assert_true(wait_readable(pidfd));
	close(pidfd);
	end_child(&child);
	assert_int_equal(tsk_lifetime_check(&fixture->call, &lifetime), TSK_NOT_FOUND);
}

static void test_texts(void **state)
{
	struct fixture *fixture = *state;
	const struct tsk_lifetime none = { .ttl_ms = 0 }, time = { .ttl_ms = 1800000 };
	const struct tsk_lifetime both = { .ttl_ms = 1800000, .parent_pid = getpid() };
	const char *text = tsk_lifetime_text(&fixture->call, &both);

	assert_null(tsk_lifetime_text(&fixture->call, &none));
	assert_string_equal(tsk_lifetime_text(&fixture->call, &time), "after 30 min 0 s");
	assert_int_equal(strncmp(text, "with '", 6), 0);
	assert_non_null(strstr(text, ", or after 30 min 0 s"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_ends_after_its_time),
		FIXTURE_TEST(test_ends_with_another),
		FIXTURE_TEST(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
