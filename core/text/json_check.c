/* Whether a text is one whole JSON value: RFC 8259 by the letter, in one pass and without
 * recursion.
 *
 * Escapes of lone surrogates ("\ud800") pass: the grammar allows them and Python's json module
 * writes them. NaN and Infinity, which it writes as well, are not JSON and do not pass. */
#include "utf8.h"

#include <temporal-skill/payload.h>

#include <string.h>

/* Deeper than any payload that people write, and half of what cJSON, which reads our results, can
 * follow (1000). */
#define DEEPEST 512

struct checker {
	const uint8_t *text;
	size_t at, size;
	char open[DEEPEST]; /* '{' or '[' of each container around the place */
	size_t depth;
};

/* The byte at the place; 0 at the end, which no rule below takes for good. */
static uint8_t here(const struct checker *checker)
{
	return checker->at < checker->size ? checker->text[checker->at] : 0;
}

static void skip_space(struct checker *checker)
{
	for (;;) {
		uint8_t byte = here(checker);

		if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r')
			return;
		checker->at++;
	}
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool check_digits(struct checker *checker)
{
	if (!is_digit(here(checker)))
		return false;
	while (is_digit(here(checker)))
		checker->at++;
	return true;
}

static bool check_number(struct checker *checker)
{
	if (here(checker) == '-')
		checker->at++;
	if (here(checker) == '0')
		checker->at++;
	else if (!check_digits(checker))
		return false;
	if (here(checker) == '.') {
		checker->at++;
		if (!check_digits(checker))
			return false;
	}
	if (here(checker) == 'e' || here(checker) == 'E') {
		checker->at++;
		if (here(checker) == '+' || here(checker) == '-')
			checker->at++;
		return check_digits(checker);
	}
	return true;
}

static bool check_word(struct checker *checker, const char *word)
{
	for (; *word; word++, checker->at++)
		if (here(checker) != (uint8_t)*word)
			return false;
	return true;
}

static bool is_hex(uint8_t byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static bool check_escape(struct checker *checker)
{
	checker->at++;
	uint8_t byte = here(checker);
	if (!byte || !strchr("\"\\/bfnrtu", byte))
		return false;
	checker->at++;
	for (int i = 0; byte == 'u' && i < 4; i++, checker->at++)
		if (!is_hex(here(checker)))
			return false;
	return true;
}

static bool check_string(struct checker *checker)
{
	if (here(checker) != '"')
		return false;
	checker->at++;
	for (;;) {
		uint8_t byte = here(checker);

		if (byte == '"') {
			checker->at++;
			return true;
		}
		if (byte == '\\') {
			if (!check_escape(checker))
				return false;
			continue;
		}
		if (byte < 0x20)
			return false;
		size_t length = byte < 0x80 ? 1
					    : utf8_length(checker->text + checker->at,
							  checker->size - checker->at);
		if (!length)
			return false;
		checker->at += length;
	}
}

static bool check_scalar(struct checker *checker)
{
	switch (here(checker)) {
	case '"': return check_string(checker);
	case 't': return check_word(checker, "true");
	case 'f': return check_word(checker, "false");
	case 'n': return check_word(checker, "null");
	default: return check_number(checker);
	}
}

/* A member's key and colon, up to its value. */
static bool check_key(struct checker *checker)
{
	skip_space(checker);
	if (!check_string(checker))
		return false;
	skip_space(checker);
	if (here(checker) != ':')
		return false;
	checker->at++;
	return true;
}

/* An opening bracket; *whole is set where the container is empty and closed already. */
static bool check_open(struct checker *checker, bool *whole)
{
	char bracket = (char)here(checker);

	if (checker->depth == DEEPEST)
		return false;
	checker->open[checker->depth++] = bracket;
	checker->at++;
	skip_space(checker);
	*whole = here(checker) == (bracket == '{' ? '}' : ']');
	if (*whole) {
		checker->at++;
		checker->depth--;
		return true;
	}
	return bracket == '[' || check_key(checker);
}

/* What follows a whole value inside containers: closing brackets, then a comma (*more: a value
 * follows). */
static bool check_after(struct checker *checker, bool *more)
{
	*more = false;
	while (checker->depth > 0) {
		char bracket = checker->open[checker->depth - 1];

		skip_space(checker);
		if (here(checker) == ',') {
			checker->at++;
			*more = true;
			return bracket == '[' || check_key(checker);
		}
		if (here(checker) != (bracket == '{' ? '}' : ']'))
			return false;
		checker->at++;
		checker->depth--;
	}
	return true;
}

static bool check_text(struct checker *checker)
{
	bool more = true;

	while (more) {
		bool whole = true;

		skip_space(checker);
		if (here(checker) == '{' || here(checker) == '[') {
			if (!check_open(checker, &whole))
				return false;
		} else if (!check_scalar(checker)) {
			return false;
		}
		if (whole && !check_after(checker, &more))
			return false;
	}
	skip_space(checker);
	return checker->at == checker->size;
}

bool tsk_json_check(const char *text, size_t size, size_t *offset)
{
	struct checker checker;

	/* The stack of brackets needs no clearing: only what was pushed is read. */
	checker.text = (const uint8_t *)text;
	checker.size = size;
	checker.at = checker.depth = 0;
	bool good = check_text(&checker);
	if (offset)
		*offset = good ? size : checker.at;
	return good;
}
