/* tsk_json_check: what is one whole JSON value, and where it goes wrong. */
#include "payload_support.h"

/* A text with its length, as it may hold NUL bytes. */
#define TEXT(literal) literal, sizeof(literal) - 1

struct row {
	const char *text;
	size_t size;
	int offset; /* of the error; -1: good */
};

static void test_texts(void **state)
{
	static const struct row rows[] = {
		{ TEXT("null"), -1 },
		{ TEXT("true"), -1 },
		{ TEXT(" false\r\n\t "), -1 },
		{ TEXT("0"), -1 },
		{ TEXT("-0"), -1 },
		{ TEXT("9007199254740993"), -1 },
		{ TEXT("-12.50e+3"), -1 },
		{ TEXT("1E400"), -1 },
		{ TEXT("\"\""), -1 },
		{ TEXT("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""), -1 },
		{ TEXT("\"\\ud83d\\ude00\""), -1 },
		{ TEXT("\"\\ud800\""), -1 }, /* Python writes lone surrogates */
		{ TEXT("\"\\u0000\""), -1 },
		{ TEXT("\"\x7F \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\""), -1 },
		{ TEXT("[]"), -1 },
		{ TEXT("[ ]"), -1 },
		{ TEXT("[1,[2,{}],\"\"]"), -1 },
		{ TEXT("{}"), -1 },
		{ TEXT("{\"a\":1,\"a\":{\"b\":[]}}"), -1 },
		{ TEXT("{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }"), -1 },

		{ TEXT(""), 0 },
		{ TEXT(" "), 1 },
		{ TEXT("nul"), 3 },
		{ TEXT("nulL"), 3 },
		{ TEXT("None"), 0 },
		{ TEXT("NaN"), 0 },
		{ TEXT("Infinity"), 0 },
		{ TEXT("-Infinity"), 1 },
		{ TEXT("[NaN]"), 1 },
		{ TEXT("01"), 1 },
		{ TEXT("-"), 1 },
		{ TEXT("+1"), 0 },
		{ TEXT("1."), 2 },
		{ TEXT(".5"), 0 },
		{ TEXT("1e"), 2 },
		{ TEXT("1e+"), 3 },
		{ TEXT("0x10"), 1 },
		{ TEXT("1 2"), 2 },
		{ TEXT("null\0"), 4 },
		{ TEXT("\0"), 0 },
		{ TEXT("'a'"), 0 },
		{ TEXT("\"a"), 2 },
		{ TEXT("\"a\\"), 3 },
		{ TEXT("\"\\x41\""), 2 },
		{ TEXT("\"\\u12"), 5 },
		{ TEXT("\"\\u12g4\""), 5 },
		{ TEXT("\"a\nb\""), 2 },
		{ TEXT("\"a\0b\""), 2 },
		{ TEXT("\"\x80\""), 1 },
		{ TEXT("\"\xC0\x80\""), 1 },         /* overlong */
		{ TEXT("\"\xE0\x9F\xBF\""), 1 },     /* overlong */
		{ TEXT("\"\xED\xA0\x80\""), 1 },     /* a surrogate */
		{ TEXT("\"\xF4\x90\x80\x80\""), 1 }, /* above U+10FFFF */
		{ TEXT("\"\xE2\x82"), 1 },           /* cut */
		{ TEXT("\"\xFF\""), 1 },
		{ TEXT("\xEF\xBB\xBF{}"), 0 }, /* a byte order mark */
		{ TEXT("["), 1 },
		{ TEXT("[1"), 2 },
		{ TEXT("[1,"), 3 },
		{ TEXT("[1,]"), 3 },
		{ TEXT("[,1]"), 1 },
		{ TEXT("[1}"), 2 },
		{ TEXT("]"), 0 },
		{ TEXT("[1]]"), 3 },
		{ TEXT("{"), 1 },
		{ TEXT("{1:2}"), 1 },
		{ TEXT("{\"a\"}"), 4 },
		{ TEXT("{\"a\":}"), 5 },
		{ TEXT("{\"a\":1,}"), 7 },
		{ TEXT("{\"a\":1 \"b\":2}"), 7 },
		{ TEXT("{a:1}"), 1 },
		{ TEXT("{\"a\":1]"), 6 },
		{ TEXT("[1] // why"), 4 },
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t offset = 12345;
		/* On the heap to its last byte, where a sanitizer sees a look beyond it. */
		char *text = malloc(rows[i].size + (rows[i].size == 0));
		memcpy(text, rows[i].text, rows[i].size);
		bool good = tsk_json_check(text, rows[i].size, &offset);
		size_t expected = good ? rows[i].size : (size_t)rows[i].offset;

		if (good != (rows[i].offset < 0) || offset != expected) {
			print_error("%s: %s at %zu\n", rows[i].text, good ? "good" : "bad", offset);
			wrong++;
		}
		assert_int_equal(tsk_json_check(text, rows[i].size, NULL), good);
		free(text);
	}
	assert_int_equal(wrong, 0);
}

static char *nested(size_t depth, char open, char close)
{
	char *text = malloc(2 * depth + 1);

	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[2 * depth] = '\0';
	return text;
}

static void test_depth(void **state)
{
	size_t offset;

	(void)state;
	char *text = nested(512, '[', ']');
	assert_true(tsk_json_check(text, strlen(text), &offset));
	free(text);
	text = nested(513, '[', ']');
	assert_false(tsk_json_check(text, strlen(text), &offset));
	assert_int_equal(offset, 512);
	free(text);
	text = nested(100000, '[', ']');
	assert_false(tsk_json_check(text, strlen(text), &offset));
	assert_int_equal(offset, 512);
	free(text);
	/* Closed containers count no more. */
	assert_true(tsk_json_check(TEXT("[[],[],[[]],{\"a\":{}}]"), &offset));
}

static void test_long_text(void **state)
{
	size_t size = 1 << 20, offset;
	char *text = malloc(size);

	(void)state;
	memset(text, 'x', size);
	text[0] = text[size - 1] = '"';
	assert_true(tsk_json_check(text, size, &offset));
	text[size - 2] = '\n';
	assert_false(tsk_json_check(text, size, &offset));
	assert_int_equal(offset, size - 2);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
