/* Single values of a protobuf message as proto3 JSON has them. */
#include "json_values.h"

#include "text/json_write.h"
#include "text/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- texts and bytes ---- */

static bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\';
}

bool json_put_text(struct tsk_text *text, const uint8_t *bytes, size_t size)
{
	size_t begin = 0, at = 0;
	bool valid = true;

	tsk_text_add_bytes(text, "\"", 1);
	while (at < size) {
		const size_t length = utf8_length(bytes + at, size - at);

		if (length && is_plain(bytes[at])) {
			at += length;
			continue;
		}
		tsk_text_add_bytes(text, (const char *)bytes + begin, at - begin);
		if (!length)
			tsk_text_add(text, UTF8_REPLACEMENT);
		else if (bytes[at] == '"' || bytes[at] == '\\')
			tsk_text_format(text, "\\%c", bytes[at]);
		else
			tsk_text_format(text, "\\u%04x", bytes[at]);
		valid &= length > 0;
		begin = ++at;
	}
	if (at > begin)
		tsk_text_add_bytes(text, (const char *)bytes + begin, at - begin);
	tsk_text_add_bytes(text, "\"", 1);
	return valid;
}

/* Taken piece by piece: three bytes become four letters. */
#define PIECE ((size_t)3072)

void json_put_base64(struct tsk_text *text, const uint8_t *bytes, size_t size)
{
	char letters[PIECE / 3 * 4];

	tsk_text_add_bytes(text, "\"", 1);
	for (size_t at = 0; at < size; at += PIECE)
		tsk_text_add_bytes(
			text, letters,
			base64_put(letters, bytes + at, size - at < PIECE ? size - at : PIECE));
	tsk_text_add_bytes(text, "\"", 1);
}

/* ---- numbers ---- */

static const char *not_a_number(double value)
{
	if (isnan(value))
		return "\"NaN\"";
	return isinf(value) ? value < 0 ? "\"-Infinity\"" : "\"Infinity\"" : NULL;
}

/* 17 digits tell any double. */
void json_put_double(struct tsk_text *text, uint64_t bits)
{
	char digits[40];
	double value;

	memcpy(&value, &bits, sizeof(value));
	if (not_a_number(value)) {
		tsk_text_add(text, not_a_number(value));
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	tsk_text_add(text, digits);
}

void json_put_float(struct tsk_text *text, uint32_t bits)
{
	char digits[40];
	float value;

	memcpy(&value, &bits, sizeof(value));
	if (not_a_number((double)value)) {
		tsk_text_add(text, not_a_number((double)value));
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, (double)value);
		/* Rounded up, the largest float is too large for those who read it as a double. */
		if (strtof(digits, NULL) == value && fabs(strtod(digits, NULL)) <= (double)FLT_MAX)
			break;
	}
	tsk_text_add(text, digits);
}

/* ---- times ---- */

#define BILLION       INT32_C(1000000000)

/* The years 1 to 9999; 10000 years. */
#define SECONDS_FIRST (-INT64_C(62135596800))
#define SECONDS_LAST  INT64_C(253402300799)
#define LONGEST       INT64_C(315576000000)

bool json_read_moment(const uint8_t *bytes, size_t size, struct json_moment *moment)
{
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field field;

	*moment = (struct json_moment){ .seconds = 0 };
	while (reader.at < reader.end) {
		if (!wire_next(&reader, &field))
			return false;
		if (field.kind == WIRE_VARINT && field.number == 1)
			moment->seconds = (int64_t)field.value;
		else if (field.kind == WIRE_VARINT && field.number == 2)
			moment->nanos = (int32_t)(uint32_t)field.value;
		else
			moment->unknown++;
	}
	return true;
}

/* With three, six or nine digits, or none. */
static void put_nanos(struct tsk_text *text, int32_t nanos)
{
	if (nanos % 1000)
		tsk_text_format(text, ".%09d", nanos);
	else if (nanos % 1000000)
		tsk_text_format(text, ".%06d", nanos / 1000);
	else if (nanos)
		tsk_text_format(text, ".%03d", nanos / 1000000);
}

bool json_put_timestamp(struct tsk_text *text, const struct json_moment *moment)
{
	time_t seconds = moment->seconds;
	struct tm day;

	if (moment->seconds < SECONDS_FIRST || moment->seconds > SECONDS_LAST ||
	    moment->nanos < 0 || moment->nanos >= BILLION || !gmtime_r(&seconds, &day))
		return false;
	tsk_text_format(text, "\"%04d-%02d-%02dT%02d:%02d:%02d", day.tm_year + 1900, day.tm_mon + 1,
			day.tm_mday, day.tm_hour, day.tm_min, day.tm_sec);
	put_nanos(text, moment->nanos);
	tsk_text_add(text, "Z\"");
	return true;
}

bool json_put_duration(struct tsk_text *text, const struct json_moment *moment)
{
	const int64_t seconds = moment->seconds;
	const int32_t nanos = moment->nanos;

	if (seconds < -LONGEST || seconds > LONGEST || nanos <= -BILLION || nanos >= BILLION ||
	    (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0))
		return false;
	tsk_text_format(text, "\"%s%lld", seconds < 0 || nanos < 0 ? "-" : "",
			(long long)(seconds < 0 ? -seconds : seconds));
	put_nanos(text, nanos < 0 ? -nanos : nanos);
	tsk_text_add(text, "s\"");
	return true;
}
