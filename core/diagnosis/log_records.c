/* Untangling a log: tracebacks whose lines have a prefix each, or lines of others in between. */
#include "log_records.h"

#include <temporal-skill/text.h>

#include <ctype.h>
#include <string.h>

/* A traceback is over, or no traceback, where more lines of others come than these. */
#define FOREIGN_MOST 200

/* Longer ones are read as they stand. */
#define BLOCK_MOST   5000

/* The record that logged it stands no more lines above. */
#define RECORD_ABOVE 50

/* Nobody puts more before each line. */
#define PREFIX_BYTES 200

const char *log_find_head(const char *line)
{
	return strstr(line, "Traceback (most recent call last):");
}

bool log_is_of_core(const char *line)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.";
	size_t at = 0;

	for (; form[at]; at++)
		if (form[at] == 'd' ? !isdigit((unsigned char)line[at]) : line[at] != form[at])
			return false;
	at += strspn(line + at, "0123456789");
	if (line[at] != 'Z' || line[at + 1] != ' ')
		return false;
	at += 1 + strspn(line + at + 1, " ");
	at += strspn(line + at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return strncmp(line + at, " temporal", strlen(" temporal")) == 0;
}

/* ---- prefixes ---- */

/* Whether the word around that place is a time or a date: "19:29:47,413", "2026-11-29T19:29:47Z".
 */
static bool is_in_time(const char *text, size_t size, size_t at)
{
	size_t begin = at, end = at;
	size_t colons = 0, dashes = 0;

	while (begin > 0 && text[begin - 1] != ' ')
		begin--;
	while (end < size && text[end] != ' ')
		end++;
	for (size_t i = begin; i + 1 < end; i++) {
		bool digit = i > begin && isdigit((unsigned char)text[i - 1]) &&
			     isdigit((unsigned char)text[i + 1]);

		colons += digit && text[i] == ':';
		dashes += digit && text[i] == '-';
	}
	return colons > 0 || dashes == 2;
}

/* Whether a line begins as the first size bytes of another: times may differ, and blanks at its end
 * may be gone. */
static bool has_prefix(const char *line, const char *prefix, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!line[i])
			return prefix[i + strspn(prefix + i, " ")] == '\0' ||
			       i + strspn(prefix + i, " ") >= size;
		if (line[i] == prefix[i])
			continue;
		if (!isdigit((unsigned char)line[i]) || !isdigit((unsigned char)prefix[i]) ||
		    !is_in_time(prefix, size, i))
			return false;
	}
	return true;
}

static const char *past(const char *line, size_t size)
{
	return line + (strlen(line) < size ? strlen(line) : size);
}

static bool is_frame(const char *line)
{
	line += strspn(line, " |>");
	return strncmp(line, "File \"", strlen("File \"")) == 0;
}

/* ---- one traceback, and those chained to it ---- */

enum part {
	IN_FRAMES, /* up to the line with the error */
	IN_GROUP,  /* an exception group: as long as lines are indented */
	BEHIND,    /* its error was there: what follows may be a link to the next */
	LINKED,    /* a link was there: the next one's head must come */
	DONE
};

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

static bool is_link(const char *line)
{
	return strncmp(line, "The above exception was the direct cause", 40) == 0 ||
	       strncmp(line, "During handling of the above exception", 38) == 0;
}

/* What a line without its prefix comes to, after a part. */
static enum part next_part(enum part part, const char *line)
{
	bool indented = *line == ' ' || *line == '\t';

	switch (part) {
	case IN_FRAMES: return indented || !*line || *line == '>' ? IN_FRAMES : BEHIND;
	case IN_GROUP: return indented ? IN_GROUP : DONE;
	case BEHIND: return is_blank(line) ? BEHIND : is_link(line) ? LINKED : DONE;
	case LINKED:
		return is_blank(line) ? LINKED : log_find_head(line) == line ? IN_FRAMES : DONE;
	case DONE:
	default: return DONE;
	}
}

struct block {
	size_t begin, prefix; /* its head; what stands before each line, in bytes */
	bool group;
};

/* Whether a line is of whoever wrote the block. */
static bool is_of_block(const char *line, const char *head, const struct block *block)
{
	return block->prefix ? has_prefix(line, head, block->prefix) : !log_is_of_core(line);
}

/* What stands before the head is a prefix only where the next frame has it, too. */
static struct block block_at(const char *const *lines, size_t count, size_t at)
{
	const char *head = log_find_head(lines[at]);
	const char *bar = head ? strstr(lines[at], "+ Exception Group ") : NULL;
	const char *start = bar && bar < head ? bar : head;
	struct block block = { .begin = at, .group = bar != NULL };
	size_t size = (size_t)(start - lines[at]);

	while (bar && size > 0 && lines[at][size - 1] == ' ')
		size--;
	/* The bars of a group stand behind what a formatter puts there: "  + Exception …". */
	if (size == strspn(lines[at], " |+-") || size > PREFIX_BYTES)
		return block;
	for (size_t i = at + 1; i < count && i < at + FOREIGN_MOST; i++) {
		if (is_frame(lines[i]))
			return block;
		if (has_prefix(lines[i], lines[at], size) && is_frame(past(lines[i], size))) {
			block.prefix = size;
			return block;
		}
	}
	return block;
}

/* A log's lines, and of those that belong to a traceback the head of it as it was written. */
struct lines {
	const char **items, **sources;
	size_t count;
};

/* Puts the lines of the block, from its head on, without their prefix, before those of others. The
 * end of the block. */
static size_t gather(struct tsk_call *call, struct lines *lines, const struct block *block)
{
	const char *head = lines->items[block->begin], **at_block = lines->items + block->begin;
	const struct tsk_mark mark = tsk_mark(call);
	size_t left = lines->count - block->begin;
	size_t most = left < BLOCK_MOST ? left : BLOCK_MOST;
	const char **mine = tsk_alloc(call, (most + 1) * sizeof(*mine));
	const char **others = tsk_alloc(call, (most + 1) * sizeof(*others));
	enum part part = block->group ? IN_GROUP : IN_FRAMES;
	/* How many there are, and how many of them until the last line that surely is of it. */
	size_t own = 0, foreign = 0, sure_own = 0, sure_foreign = 0;

	for (size_t i = 0; i < most && foreign < FOREIGN_MOST; i++) {
		enum part before = part;

		if (!is_of_block(at_block[i], head, block)) {
			others[foreign++] = at_block[i];
			continue;
		}
		mine[own++] = past(at_block[i], block->prefix);
		if (own > 1)
			part = next_part(part, mine[own - 1]);
		if (part == DONE)
			break;
		if (part == IN_FRAMES || part == IN_GROUP ||
		    (part == BEHIND && before == IN_FRAMES)) {
			sure_own = own;
			sure_foreign = foreign;
		}
	}
	memcpy(at_block, mine, sure_own * sizeof(*mine));
	memcpy(at_block + sure_own, others, sure_foreign * sizeof(*others));
	for (size_t i = 0; i < sure_own; i++)
		lines->sources[block->begin + i] = head;
	tsk_rewind(call, mark);
	return block->begin + sure_own;
}

/* Whether a line, or the traceback that it is of, is of whoever wrote the block. */
static bool is_of_writer(const struct lines *lines, size_t at, const struct block *block)
{
	const char *line = lines->sources[at] ? lines->sources[at] : lines->items[at];

	return is_of_block(line, lines->items[block->begin], block);
}

/* What others wrote between the record and its traceback goes before the record. */
static void fetch_record(const struct lines *lines, const struct block *block)
{
	const char **items = lines->items, **sources = lines->sources, *record;
	size_t at = block->begin;

	while (at > 0 && block->begin - at < RECORD_ABOVE && !is_of_writer(lines, at - 1, block))
		at--;
	/* It has another traceback before it. */
	if (at == 0 || at == block->begin || !is_of_writer(lines, at - 1, block) || sources[at - 1])
		return;
	record = items[at - 1];
	memmove(items + at - 1, items + at, (block->begin - at) * sizeof(*items));
	memmove(sources + at - 1, sources + at, (block->begin - at) * sizeof(*sources));
	items[block->begin - 1] = record;
	sources[block->begin - 1] = NULL;
}

/* ---- services ---- */

/* The size of "worker-1  | " at a line's beginning; 0: it has none. */
static size_t service_size(const char *line)
{
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_.-");
	size_t blanks = strspn(line + name, " ");

	if (!name || !blanks || line[name + blanks] != '|')
		return 0;
	return name + blanks + 1 + (line[name + blanks + 1] == ' ');
}

void log_drop_service(const char **lines, size_t count)
{
	const char *first = NULL;
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		if (!*lines[i])
			continue;
		if (!first) {
			first = lines[i];
			size = service_size(first);
		}
		/* Blanks at a line's end may be gone. */
		if (!size || strncmp(lines[i], first, size - 1) != 0)
			return;
	}
	for (size_t i = 0; i < count; i++)
		lines[i] = past(lines[i], size);
}

/* ---- the whole ---- */

/* Each line, and in place of a folded record the lines of it. */
static const char **unfolded(struct tsk_call *call, const char *const *lines, size_t *count)
{
	struct tsk_lines all = { .call = call };
	struct tsk_strings taken;
	bool any = false;

	for (size_t i = 0; i < *count && !any; i++)
		any = log_is_folded(lines[i]);
	for (size_t i = 0; any && i < *count; i++) {
		const char *text = log_is_folded(lines[i]) ? log_unfold(call, lines[i]) : NULL;

		if (!text)
			tsk_lines_push(&all, lines[i]);
		for (; text && *text; text += *text == '\n') {
			size_t size = strcspn(text, "\n");

			tsk_lines_push(&all, tsk_copy_bytes(call, text, size));
			text += size;
		}
	}
	if (any) {
		taken = tsk_lines_take(&all);
		lines = taken.items;
		*count = taken.count;
	}
	const char **copy = tsk_alloc(call, (*count + 1) * sizeof(*copy));
	if (*count)
		memcpy(copy, lines, *count * sizeof(*copy));
	return copy;
}

const char **log_untangle(struct tsk_call *call, const char *const *items, size_t *count)
{
	struct lines lines = { .items = unfolded(call, items, count) };

	lines.count = *count;
	lines.sources = tsk_alloc(call, (lines.count + 1) * sizeof(*lines.sources));
	for (size_t at = 0; at < lines.count;) {
		struct block block;

		if (!log_find_head(lines.items[at])) {
			at++;
			continue;
		}
		block = block_at(lines.items, lines.count, at);
		fetch_record(&lines, &block);
		at = gather(call, &lines, &block);
	}
	return lines.items;
}
