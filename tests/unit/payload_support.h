/* A call with default settings, and payloads and failures as the server would send them. */
#ifndef TEST_PAYLOAD_SUPPORT_H
#define TEST_PAYLOAD_SUPPORT_H

#include "call/call.h"
#include "settings/values.h"
#include "temporal/convert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
	struct settings settings;
	struct tsk_call call;
};

static inline int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	settings_init(&bench->settings);
	call_init(&bench->call, &bench->settings, NULL);
	*state = bench;
	return 0;
}

static inline int tear_down(void **state)
{
	struct bench *bench = *state;

	call_release(&bench->call);
	settings_release(&bench->settings);
	free(bench);
	return 0;
}

static inline struct tsk_call *call_of(void **state)
{
	return &((struct bench *)*state)->call;
}

static inline void choose(void **state, enum tsk_setting setting, const char *value)
{
	struct bench *bench = *state;

	assert_int_equal(
		settings_set(&bench->settings, &bench->call, setting, value, "test", RANK_FLAG),
		TSK_OK);
}

#define UNIT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* A payload; encoding NULL: none. */
static inline Pb__Payload *make_payload(struct tsk_call *call, const char *encoding,
					const void *data, size_t size)
{
	Pb__Payload *payload = tsk_alloc(call, sizeof(*payload));

	pb__payload__init(payload);
	payload->data.data = (uint8_t *)tsk_copy_bytes(call, data, size);
	payload->data.len = size;
	if (encoding) {
		Pb__Payload__MetadataEntry *entry = tsk_alloc(call, sizeof(*entry));

		pb__payload__metadata_entry__init(entry);
		entry->key = tsk_copy(call, "encoding");
		entry->value.data = (uint8_t *)tsk_copy(call, encoding);
		entry->value.len = strlen(encoding);
		payload->metadata = tsk_alloc(call, sizeof(*payload->metadata));
		payload->metadata[0] = entry;
		payload->n_metadata = 1;
	}
	return payload;
}

/* Sends a message through the wire: packed, and unpacked as the client does it. */
static inline void *through_wire(struct tsk_call *call, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = tsk_alloc(call, size + 1);

	assert_int_equal(protobuf_c_message_pack(message, bytes), size);
	void *again = wire_unpack(call, message->descriptor, bytes, size);
	assert_non_null(again);
	return again;
}

#endif
