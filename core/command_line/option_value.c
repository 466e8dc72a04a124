/* One option's value: from a word to the member of the options struct. */
#include "option_value.h"

#include "call/call.h"
#include "text/typed_value.h"

#include <temporal-skill/payload.h>
#include <temporal-skill/process.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The server refuses payloads beyond 2 MB; this leaves room for its own message to come. */
#define LARGEST_JSON ((size_t)8 << 20)

static enum tsk_status store_integer(struct tsk_call *call, const struct tsk_option *option,
				     const char *flag, const char *value, unsigned char *out)
{
	int64_t number;
	int64_t maximum = option->maximum || option->minimum ? option->maximum : INT64_MAX;

	if (option->type == TSK_INTEGER && !tsk_parse_integer(value, &number))
		return tsk_fail(call, TSK_USAGE, "bad number '%s' of '%s'", value, flag);
	if (option->type == TSK_DURATION && !tsk_parse_duration(value, &number))
		return tsk_fail(call, TSK_USAGE,
				"bad duration '%s' of '%s': expected " TSK_DURATION_FORMS, value,
				flag);
	if (number < option->minimum || number > maximum)
		return tsk_fail(call, TSK_USAGE, "'%s' of '%s' is out of range: %lld to %lld%s",
				value, flag, (long long)option->minimum, (long long)maximum,
				option->type == TSK_DURATION ? " ms" : "");
	memcpy(out, &number, sizeof(number));
	return TSK_OK;
}

static const char *read_standard_input(struct tsk_call *call, size_t *size)
{
	char *text = tsk_alloc(call, LARGEST_JSON + 1);

	*size = fread(text, 1, LARGEST_JSON + 1, stdin);
	if (!ferror(stdin) && *size <= LARGEST_JSON)
		return text;
	tsk_fail(call, *size > LARGEST_JSON ? TSK_USAGE : tsk_path_status(errno, TSK_USAGE),
		 "cannot read standard input: %s",
		 *size > LARGEST_JSON ? "more than 8 MB" : "read error");
	return NULL;
}

static enum tsk_status bad_json(struct tsk_call *call, const char *flag, const char *source,
				const char *text, size_t size, size_t offset)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < offset && i < size; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	if (*source == '\'' && size && text[0] != '{' && text[0] != '[')
		tsk_hint(call, "a JSON string needs quotes of its own: %s '\"%s\"'", flag,
			 tsk_copy_bytes(call, text, size < 40 ? size : 40));
	if (offset >= size)
		return tsk_fail(
			call, TSK_USAGE,
			"bad JSON in %s of '%s': it ends too early, at line %zu, column %zu",
			source, flag, line, column);
	return tsk_fail(call, TSK_USAGE, "bad JSON in %s of '%s': line %zu, column %zu, at '%s'",
			source, flag, line, column,
			tsk_copy_bytes(call, text + offset, strnlen(text + offset, 16)));
}

static enum tsk_status store_json(struct tsk_call *call, const struct tsk_option *option,
				  const char *flag, const char *value, unsigned char *out)
{
	const char *source =
		tsk_format(call, "'%s'", tsk_copy_bytes(call, value, strnlen(value, 60)));
	const char *text = value;
	size_t size = strlen(value), offset = 0;

	(void)option;
	if (!strcmp(value, "-")) {
		source = "standard input";
		text = read_standard_input(call, &size);
	} else if (value[0] == '@') {
		source = tsk_format(call, "file '%s'", value + 1);
		text = tsk_given_file_read(call, value + 1, LARGEST_JSON, &size);
	}
	if (!text)
		return tsk_error(call);
	if (!tsk_json_check(text, size, &offset))
		return bad_json(call, flag, source, text, size, offset);
	memcpy(out, &text, sizeof(text));
	return TSK_OK;
}

static void store_list(struct tsk_call *call, const char *value, unsigned char *out)
{
	struct tsk_strings list;

	memcpy(&list, out, sizeof(list));
	const char **items = tsk_alloc(call, (list.count + 2) * sizeof(*items));
	if (list.count)
		memcpy(items, list.items, list.count * sizeof(*items));
	items[list.count++] = value;
	list.items = items;
	memcpy(out, &list, sizeof(list));
}

/* `-r "$RUN"` with RUN unset would otherwise mean the latest run, and `--query "$QUERY"` all. */
static enum tsk_status check_not_empty(struct tsk_call *call, const struct tsk_option *option,
				       const char *flag, const char *value)
{
	if (*value || option->positional)
		return TSK_OK;
	return tsk_fail(call, TSK_USAGE, "empty value of '%s'", flag);
}

enum tsk_status option_store(struct tsk_call *call, const struct tsk_option *option,
			     const char *flag, const char *value, unsigned char *out)
{
	bool yes;

	out += option->at;
	switch (option->type) {
	case TSK_FLAG:
		if (!tsk_parse_flag(value, &yes))
			return tsk_fail(call, TSK_USAGE,
					"bad value '%s' of '%s': expected true or false", value,
					flag);
		memcpy(out, &yes, sizeof(yes));
		return TSK_OK;
	case TSK_INTEGER:
	case TSK_DURATION: return store_integer(call, option, flag, value, out);
	case TSK_CHOICE:
		if (!value_choice(value, option->choices))
			return tsk_fail(call, TSK_USAGE, "bad value '%s' of '%s': expected %s",
					value, flag, value_choices_text(call, option->choices));
		memcpy(out, &value, sizeof(value));
		return TSK_OK;
	case TSK_JSON: return store_json(call, option, flag, value, out);
	case TSK_LIST:
	case TSK_REST: store_list(call, value, out); return TSK_OK;
	case TSK_STRING:
		if (check_not_empty(call, option, flag, value))
			return tsk_error(call);
		break;
	}
	memcpy(out, &value, sizeof(value));
	return TSK_OK;
}

void option_store_rest(const struct tsk_option *option, const char *const *words, size_t count,
		       unsigned char *out, struct tsk_call *call)
{
	const char **items = tsk_alloc(call, (count + 1) * sizeof(*items));
	struct tsk_strings rest = { items, count };

	memcpy(items, words, count * sizeof(*items));
	memcpy(out + option->at, &rest, sizeof(rest));
}
