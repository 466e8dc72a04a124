/* libFuzzer: the JSON check and all that reads what passed it. */
#include "fuzz.h"

#include "temporal/convert.h"
#include "text/json_scan.h"
#include "text/json_write.h"

#include <temporal-skill/payload.h>

/* cJSON, which reads our results, must be able to read what passes; but for escapes, where it is
 * stricter. */
static void compare(const char *text, size_t size)
{
	if (memmem(text, size, "\\u", 2))
		return;
	cJSON *tree = cJSON_ParseWithLength(text, size);
	require(tree != NULL);
	cJSON_Delete(tree);
}

static void read_in_place(const char *text, size_t size)
{
	struct json_cursor cursor = { text, text + size };
	struct json_piece piece;
	char start[16];
	char *whole = malloc(size + 1);
	bool fits;

	require(json_kind(&cursor) != 0);
	json_skip(&cursor, &piece);
	require(json_kind(&cursor) == 0);
	require(json_unescape(piece, whole, size + 1, &fits) <= size && fits);
	require(strlen(whole) <= size);
	require(json_unescape(piece, start, sizeof(start), NULL) < sizeof(start));
	free(whole);
}

static void judge(const char *json)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	const char *why = tsk_looks_like_error(call, json);

	require(!why || *why);
	fuzz_end(&world);
}

/* The input as the characters of a JSON string. */
static void judge_as_text(const char *text)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	const char *json = json_quote(call, text_valid_utf8(call, text));

	require(tsk_json_check(json, strlen(json), NULL));
	tsk_looks_like_error(call, json);
	fuzz_end(&world);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t offset = size + 1;
	/* A copy of exactly that size, and one with a NUL, as the callers have it. */
	char *text = malloc(size + 1);

	memcpy(text, bytes, size);
	text[size] = '\0';
	bool good = tsk_json_check((const char *)bytes, size, &offset);
	require(offset <= size && (!good || offset == size));
	if (good) {
		compare(text, size);
		read_in_place(text, size);
		judge(text);
	}
	judge_as_text(text);
	free(text);
	return 0;
}
