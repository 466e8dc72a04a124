/* A server that misbehaves on purpose, and what is asked of it. */
#ifndef TEST_FAULT_SUPPORT_H
#define TEST_FAULT_SUPPORT_H

#include "channel_servers.h"

#include "temporal/channel/channel.h"

#define FAULT(name) "/fault/" name

static struct server faults;

static inline struct channel_request ask(const char *path, const char *body)
{
	return (struct channel_request){ .path = path,
					 .body = (const uint8_t *)body,
					 .body_size = strlen(body),
					 .timeout_ms = 20000,
					 .repeatable = true };
}

static inline void assert_answer(const struct channel_request *request, const char *expected)
{
	assert_ok(request);
	assert_int_equal(request->answer_size, strlen(expected));
	assert_memory_equal(request->answer, expected, strlen(expected));
}

static inline void assert_failed(const struct channel_request *request, enum grpc_code code,
				 const char *part_of_message)
{
	assert_true(request->done);
	assert_null(request->answer);
	assert_non_null(request->message);
	if (!strstr(request->message, part_of_message))
		fail_msg("'%s' is not in '%s'", part_of_message, request->message);
	assert_int_equal(request->code, code);
}

static inline int counted(struct channel *channel, const char *path)
{
	struct channel_request request = ask(path, "");
	char text[16] = "";

	run_one(channel, &request);
	assert_ok(&request);
	assert_true(request.answer_size < sizeof(text));
	memcpy(text, request.answer, request.answer_size);
	channel_request_release(&request);
	return atoi(text);
}

static inline int start_faults(void **state)
{
	(void)state;
	start_fault_server(&faults, NULL);
	return 0;
}

static inline int stop_faults(void **state)
{
	(void)state;
	stop_server(&faults);
	return 0;
}

#endif
