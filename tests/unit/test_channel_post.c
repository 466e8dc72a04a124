/* Plain HTTP posts of the channel driver. */
#include "channel_servers.h"

static struct server http1;

static long post(const char *path, const char *body, const char **text, char **problem)
{
	static const char *const headers[] = { "content-type: application/json",
					       "Authorization: Bearer x", NULL };
	static char copy[256];
	char url[128];
	uint8_t *answer = NULL;
	size_t size = 0;

	snprintf(url, sizeof(url), "http://%s%s", http1.address, path);
	long status = temporal_skill_channel.post(url, headers, body, strlen(body), 5000, &answer,
						  &size, problem);
	assert_true(size < sizeof(copy));
	memset(copy, 0, sizeof(copy));
	if (size)
		memcpy(copy, answer, size);
	free(answer);
	*text = copy;
	return status;
}

static void posts(void **state)
{
	const char *text;
	char *problem = NULL;

	(void)state;
	assert_int_equal(post("/decode", "{\"payloads\":[]}", &text, &problem), 200);
	assert_null(problem);
	assert_string_equal(text, "Bearer x\n{\"payloads\":[]}");
	assert_int_equal(post("/fail", "", &text, &problem), 500);
	assert_string_equal(text, "Bearer x\n");
	assert_int_equal(post("/elsewhere", "", &text, &problem), 302);
}

static void posts_that_fail(void **state)
{
	static const char *const urls[] = { "http://127.0.0.1:1/decode", "file:///etc/hostname",
					    "ftp://127.0.0.1/x", "::" };
	uint8_t *answer = NULL;
	size_t size = 0;
	char *problem = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		assert_int_equal(temporal_skill_channel.post(urls[i], NULL, "x", 1, 1000, &answer,
							     &size, &problem),
				 0);
		assert_null(answer);
		assert_non_null(problem);
		assert_non_null(strstr(problem, urls[i]));
		free(problem);
	}
}

static int start(void **state)
{
	(void)state;
	start_fault_server(&http1, (const char *[]){ "--mode", "http1", NULL });
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stop_server(&http1);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts),
		cmocka_unit_test(posts_that_fail),
	};

	return cmocka_run_group_tests_name("channel post", tests, start, stop);
}
