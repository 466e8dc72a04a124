/* libFuzzer: whole histories as a server sends them, in pages, joined and made into JSON.
 *
 * Each page is a chunk, see fuzz_chunk. seeds.py writes inputs to begin with. */
#include "fuzz.h"

#include "temporal/history_pages.h"

#include <temporal-skill/client.h>
#include <temporal-skill/payload.h>

static void add_page(struct history_pages *pages, struct fuzz_input *input)
{
	size_t size;
	const uint8_t *chunk = fuzz_chunk(input, &size);
	uint8_t *own = malloc(size + 1);

	require(own != NULL);
	if (size)
		memcpy(own, chunk, size);
	/* A page that is damaged ends a history; the next one begins another. */
	if (!history_pages_add(pages, own, size))
		history_pages_drop(pages);
}

static void check_json(struct tsk_call *call, const uint8_t *bytes, size_t size)
{
	struct tsk_history_json json;
	enum tsk_status status = tsk_history_json(call, bytes, size, &json);
	size_t offset;

	require((status == TSK_OK) == (json.problem == NULL));
	require((json.unknown_fields > 0) == (json.unknown_field != NULL));
	if (status)
		return;
	require(strlen(json.text) == json.size);
	require(tsk_json_check(json.text, json.size, &offset));
	require_utf8(json.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	struct history_pages pages = { .first = NULL };
	struct fuzz_input input = { bytes, size };
	size_t joined;

	while (input.left)
		add_page(&pages, &input);
	require(history_pages_written(&pages, &joined) <= pages.events);
	uint8_t *whole = tsk_alloc(call, joined);
	history_pages_join(&pages, whole);
	history_pages_drop(&pages);
	check_json(call, whole, joined);
	check_json(call, bytes, size);
	fuzz_end(&world);
	return 0;
}
