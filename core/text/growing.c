/* Text, lists and arrays that grow in the call's memory, up to a limit. */
#include <temporal-skill/text.h>

#include <stdio.h>
#include <string.h>

/* Grown by doubling, so that what is left behind is never more than what is used. */
#define FIRST_ROOM  ((size_t)256)
#define FIRST_ITEMS ((size_t)8)

/* ---- text ---- */

/* Stands before the bytes of a text: struct tsk_text itself may not grow. */
struct head {
	size_t limit;
	bool cut;
};

/* Of a text that has bytes. */
static struct head *head_of(const struct tsk_text *text)
{
	return (struct head *)(void *)text->bytes - 1;
}

/* Room for size further bytes and a NUL. */
static char *reserve(struct tsk_text *text, size_t size)
{
	if (text->size + size + 1 > text->room) {
		size_t room = text->room ? text->room : FIRST_ROOM;
		while (room < text->size + size + 1)
			room *= 2;
		struct head *grown = tsk_alloc(text->call, sizeof(*grown) + room);
		*grown = text->bytes ? *head_of(text) : (struct head){ .limit = TSK_TEXT_LIMIT };
		if (text->size)
			memcpy(grown + 1, text->bytes, text->size);
		text->bytes = (char *)(grown + 1);
		text->room = room;
	}
	return text->bytes + text->size;
}

struct tsk_text tsk_text_begin(struct tsk_call *call, size_t limit)
{
	struct tsk_text text = { .call = call };

	reserve(&text, 0);
	head_of(&text)->limit = limit;
	return text;
}

/* The largest size up to most, which is less than there is, at which no character is cut. */
static size_t whole_characters(const char *bytes, size_t most)
{
	size_t whole = most;

	while (whole > 0 && most - whole < 3 && ((unsigned char)bytes[whole] & 0xC0) == 0x80)
		whole--;
	return whole;
}

/* Takes what fits before the mark, of what is there as of what comes. */
static void cut(struct tsk_text *text, const char *bytes)
{
	struct head *head = head_of(text);
	size_t mark = strlen(TSK_TEXT_CUT), left = head->limit > mark ? head->limit - mark : 0;

	if (text->size > left)
		text->size = whole_characters(text->bytes, left);
	else {
		size_t size = whole_characters(bytes, left - text->size);
		memcpy(reserve(text, size), bytes, size);
		text->size += size;
	}
	mark = mark < head->limit ? mark : head->limit;
	memcpy(reserve(text, mark), TSK_TEXT_CUT, mark);
	text->size += mark;
	text->bytes[text->size] = '\0';
	head_of(text)->cut = true;
}

void tsk_text_add_bytes(struct tsk_text *text, const char *bytes, size_t size)
{
	reserve(text, 0);
	if (head_of(text)->cut)
		return;
	if (size > head_of(text)->limit - text->size) {
		cut(text, bytes);
		return;
	}
	memcpy(reserve(text, size), bytes, size);
	text->size += size;
	text->bytes[text->size] = '\0';
}

void tsk_text_add(struct tsk_text *text, const char *more)
{
	tsk_text_add_bytes(text, more, strlen(more));
}

static void add_formatted(struct tsk_text *text, const char *format, va_list arguments)
{
	char brief[FIRST_ROOM];
	va_list again;

	va_copy(again, arguments);
	int size = vsnprintf(brief, sizeof(brief), format, arguments);
	if (size > 0)
		tsk_text_add_bytes(text,
				   (size_t)size < sizeof(brief)
					   ? brief
					   : tsk_vformat(text->call, format, again),
				   (size_t)size);
	va_end(again);
}

void tsk_text_format(struct tsk_text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_formatted(text, format, arguments);
	va_end(arguments);
}

void tsk_text_join(struct tsk_text *text, const char *separator, const char *format, ...)
{
	va_list arguments;

	if (text->size)
		tsk_text_add(text, separator);
	va_start(arguments, format);
	add_formatted(text, format, arguments);
	va_end(arguments);
}

const char *tsk_text_value(const struct tsk_text *text)
{
	return text->bytes ? text->bytes : "";
}

bool tsk_text_is_cut(const struct tsk_text *text)
{
	return text->bytes && head_of(text)->cut;
}

/* ---- arrays and lists ---- */

void *tsk_grow(struct tsk_call *call, void *items, size_t count, size_t *room, size_t size)
{
	if (count + 2 <= *room)
		return items;
	*room = *room ? 2 * *room : FIRST_ITEMS;
	void *wider = tsk_alloc(call, *room * size);
	if (count)
		memcpy(wider, items, count * size);
	return wider;
}

bool tsk_lines_hold(const struct tsk_lines *lines, const char *line)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strcmp(lines->items[i], line) == 0)
			return true;
	return false;
}

void tsk_lines_push(struct tsk_lines *lines, const char *line)
{
	if (lines->count >= (lines->limit ? lines->limit : TSK_LINES_LIMIT)) {
		lines->left_out++;
		return;
	}
	lines->items = tsk_grow(lines->call, (void *)lines->items, lines->count, &lines->room,
				sizeof(*lines->items));
	lines->items[lines->count++] = line;
	lines->items[lines->count] = NULL;
}

void tsk_lines_add(struct tsk_lines *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *line = tsk_vformat(lines->call, format, arguments);
	va_end(arguments);
	if (!tsk_lines_hold(lines, line))
		tsk_lines_push(lines, line);
}

struct tsk_strings tsk_lines_take(const struct tsk_lines *lines)
{
	return (struct tsk_strings){ .items = lines->items, .count = lines->count };
}

const char *tsk_join(struct tsk_call *call, const struct tsk_strings *strings,
		     const char *separator)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < strings->count; i++) {
		tsk_text_add(&text, i ? separator : "");
		tsk_text_add(&text, strings->items[i]);
	}
	return tsk_text_value(&text);
}

const char *tsk_lines_text(const struct tsk_lines *lines, const char *separator)
{
	struct tsk_strings strings = tsk_lines_take(lines);
	const char *text = tsk_join(lines->call, &strings, separator);

	return lines->left_out ? tsk_format(lines->call, "%s and %zu more", text, lines->left_out)
			       : text;
}
