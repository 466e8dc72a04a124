/* HOST:PORT: what is one, what is this machine, what is the same. */
#include "core_support.h"

#include <stdio.h>
#include <unistd.h>

static void addresses_come_apart(void **state)
{
	struct tsk_address address;

	(void)state;
	assert_true(tsk_address_split("db.example:7233", &address));
	assert_int_equal(address.port, 7233);
	assert_int_equal(address.size, strlen("db.example"));
	assert_memory_equal(address.host, "db.example", address.size);
	assert_true(tsk_address_split("[fe80::1%eth0]:65535", &address));
	assert_int_equal(address.port, 65535);
	assert_int_equal(address.size, strlen("fe80::1%eth0"));
	assert_memory_equal(address.host, "fe80::1%eth0", address.size);
}

static void what_is_none_does_not(void **state)
{
	static const char *const texts[] = {
		"",          ":",          "host",      "host:",       ":7233",
		"7233:7233", "host:0",     "host:-1",   "host:+1",     "host:1x",
		"host:0x10", "host:65536", "host: 1",   "ho st:1",     "ho/st:1",
		"::1:7233",  "[::1]",      "[::1:7233", "[]:7233",     "::1]:7233",
		"[::1]x:1",  "host:1\n",   "\thost:1",  "host:123456", "host:1:2",
	};
	struct tsk_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (tsk_address_split(texts[i], &address))
			fail_msg("'%s' was taken for HOST:PORT", texts[i]);
}

static void this_machine_is_told_from_others(void **state)
{
	static const char *const here[] = {
		"localhost",
		"LOCALHOST",
		"app.localhost",
		"a.b.LocalHost",
		"127.0.0.1",
		"127.8.8.8",
		"0.0.0.0",
		"[::1]",
		"[::]",
		"[0:0:0:0:0:0:0:1]",
		"[::ffff:127.0.0.1]",
	};
	static const char *const elsewhere[] = {
		"10.0.0.1",
		"localhost.example.com",
		"notlocalhost",
		".localhost",
		"localhost.",
		"127.0.0.1.example.com",
		"127.evil.example",
		"127.1",
		"127.0.0",
		"127.0.0.1.2",
		"[fe80::1]",
		"[::2]",
		"example.tmprl.cloud",
		"128.0.0.1",
		"[::ffff:10.0.0.1]",
	};
	struct tsk_call *call = &((struct core_world *)*state)->call;

	for (size_t i = 0; i < sizeof(here) / sizeof(*here); i++) {
		if (!tsk_address_is_local(tsk_format(call, "%s:1", here[i])))
			fail_msg("'%s' is this machine", here[i]);
		assert_true(tsk_host_is_local(here[i]));
	}
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++) {
		if (tsk_address_is_local(tsk_format(call, "%s:1", elsewhere[i])))
			fail_msg("'%s' is another machine", elsewhere[i]);
		assert_false(tsk_host_is_local(elsewhere[i]));
	}
	assert_true(tsk_host_is_local("::1"));
	assert_false(tsk_host_is_local(""));
	assert_false(tsk_address_is_local(""));
}

static void the_same_server_by_its_names(void **state)
{
	(void)state;
	assert_true(tsk_address_same("localhost:7233", "127.0.0.1:7233"));
	assert_true(tsk_address_same("LOCALHOST:7233", "[::1]:7233"));
	assert_true(tsk_address_same("app.localhost:7233", "0.0.0.0:7233"));
	assert_true(tsk_address_same("10.0.0.1:7233", "10.0.0.1:7233"));
	assert_true(tsk_address_same("DB.example:7233", "db.Example:7233"));
	assert_true(tsk_address_same("127.0.0.2:7233", "127.0.0.2:7233"));
	assert_false(tsk_address_same("localhost:7233", "localhost:7234"));
	assert_false(tsk_address_same("localhost:7233", "10.0.0.1:7233"));
	assert_false(tsk_address_same("localhost.example.com:7233", "localhost:7233"));
	assert_false(tsk_address_same("localhost", "127.0.0.1:7233"));
	/* As this machine is called, which no client takes for loopback unasked. */
	char name[256] = "", own[300];
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	snprintf(own, sizeof(own), "%s:7233", name);
	assert_true(tsk_address_is_here(own));
	assert_true(tsk_address_same(own, "127.0.0.1:7233"));
	assert_false(tsk_address_is_here("elsewhere.invalid:7233"));
	assert_true(tsk_address_stays_here("app.localhost:7233"));
	assert_true(tsk_address_stays_here("0.0.0.0:7233"));
	assert_false(tsk_address_stays_here("elsewhere.invalid:7233"));
	assert_false(tsk_address_stays_here("localhost"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(addresses_come_apart),
		core_test(what_is_none_does_not),
		core_test(this_machine_is_told_from_others),
		core_test(the_same_server_by_its_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
