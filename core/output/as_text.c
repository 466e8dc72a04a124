/* A result as text: headline, then the members that the command's views name, then the next
 * commands.
 *
 * At the margin stands only what is the program's own: the headline, labels, "next:". What others
 * wrote follows a label or is indented, so that no id and no log line passes for a line of ours.
 *
 * Shortened unless --full: an agent pays for every token, so that what is left out is counted and
 * can be asked for. */
#include "output.h"

#include "color.h"
#include "text/visible.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Together they keep an answer below about 100 lines and 12,000 characters. */
#define MOST_ROWS       60
#define MOST_LINES      50
#define LONGEST_TEXT    2000
#define MOST_CHARACTERS 11000
#define MOST_COLUMNS    16
/* A cell beyond this pushes the rest of its own row to the right, instead of filling every other
 * row with blanks. Ids with a UUID in them fit. */
#define WIDEST_COLUMN   60
/* Words on one line, where a list of them has room there. */
#define WORDS_WIDTH     100

static const char indent[] = "  ";

struct page {
	struct tsk_call *call;
	struct tsk_text text;
	bool full, ascii, cut;
};

static void put_bytes(struct page *page, const char *text, size_t size)
{
	tsk_text_add_bytes(&page->text, text, size);
}

static void put_text(struct page *page, const char *text)
{
	tsk_text_add(&page->text, text);
}

static void put_line(struct page *page, const char *text)
{
	put_text(page, text);
	put_text(page, "\n");
}

/* ---- values ---- */

static const char *value_text(struct page *page, const cJSON *value);

static const char *list_text(struct page *page, const cJSON *list)
{
	struct tsk_text text = { .call = page->call };

	for (const cJSON *item = list->child; item; item = item->next)
		tsk_text_join(&text, ", ", "%s", value_text(page, item));
	return tsk_text_value(&text);
}

/* A value on one line. */
static const char *value_text(struct page *page, const cJSON *value)
{
	if (!value || cJSON_IsNull(value))
		return "-";
	if (cJSON_IsString(value))
		return value->valuestring;
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? "yes" : "no";
	if (cJSON_IsArray(value) && (!value->child || !cJSON_IsObject(value->child)))
		return list_text(page, value);
	char *printed = cJSON_PrintUnformatted(value);
	const char *text = tsk_copy(page->call, printed);
	free(printed);
	return text;
}

static bool is_empty(const cJSON *value);

/* An object's members on one line: "program 0.1.0, server 1.32.0". */
static const char *object_text(struct page *page, const cJSON *object)
{
	struct tsk_text text = { .call = page->call };

	for (const cJSON *item = object->child; item; item = item->next)
		if (!is_empty(item))
			tsk_text_join(&text, ", ", "%s %s", item->string, value_text(page, item));
	return tsk_text_value(&text);
}

static bool is_empty(const cJSON *value)
{
	return !value || cJSON_IsNull(value) || (cJSON_IsString(value) && !*value->valuestring) ||
	       ((cJSON_IsArray(value) || cJSON_IsObject(value)) && !value->child);
}

static const char *limited(struct page *page, const char *text)
{
	const char *shorter = page->full ? text : tsk_shorten(page->call, text, LONGEST_TEXT);

	page->cut |= shorter != text;
	return shorter;
}

/* ---- shapes ---- */

static void put_indented(struct page *page, const char *text)
{
	size_t lines = 0, left = 0;
	const char *shown = visible_lines(page->call, text, page->ascii);

	while (*shown) {
		size_t length = strcspn(shown, "\n");
		if (page->full || lines < MOST_LINES) {
			put_text(page, indent);
			put_bytes(page, shown, length);
			put_text(page, "\n");
			lines++;
		} else {
			left++;
		}
		shown += length + (shown[length] == '\n');
	}
	if (left)
		put_line(page, tsk_format(page->call, "  (%zu more lines: --full)", left));
}

static void put_text_member(struct page *page, const char *label, const char *text)
{
	text = limited(page, text);
	if (!strchr(text, '\n')) {
		put_line(page, tsk_format(page->call, "%s: %s", label,
					  visible_line(page->call, text, page->ascii)));
		return;
	}
	put_line(page, tsk_format(page->call, "%s:", label));
	put_indented(page, text);
}

/* Names and paths, few enough for one line. */
static bool is_words(const cJSON *list)
{
	size_t width = 0;

	for (const cJSON *item = list->child; item; item = item->next) {
		if (!cJSON_IsString(item) || strpbrk(item->valuestring, " \t\r\n"))
			return false;
		width += strlen(item->valuestring) + 2;
		if (width > WORDS_WIDTH)
			return false;
	}
	return true;
}

/* own: lines that the command made and chose. */
static void put_text_list(struct page *page, const char *label, const cJSON *list, bool own)
{
	int count = cJSON_GetArraySize(list), shown = 0;
	bool whole = page->full || !*label;

	if (*label && (count == 1 || is_words(list))) {
		put_text_member(page, label, value_text(page, list));
		return;
	}
	if (*label)
		put_line(page, tsk_format(page->call, "%s:", label));
	for (const cJSON *item = list->child; item; item = item->next) {
		if (!whole && shown == MOST_ROWS)
			break;
		put_text(page, own ? "" : indent);
		put_line(page, visible_line(page->call, limited(page, value_text(page, item)),
					    page->ascii));
		shown++;
	}
	if (shown < count)
		put_line(page, tsk_format(page->call, "  (%d more: --full)", count - shown));
}

static size_t columns_on_screen(const char *text)
{
	size_t columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xC0) != 0x80;
	return columns;
}

struct table {
	const char *names[MOST_COLUMNS];
	size_t count;
	size_t widths[MOST_COLUMNS];
};

static const char *cell_text(struct page *page, const cJSON *row, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, name);
	const char *text = is_empty(value) ? "-" : value_text(page, value);

	return visible_line(page->call, page->full ? text : tsk_shorten(page->call, text, 160),
			    page->ascii);
}

/* A column in which no row has anything is left out. */
static void lay_out(struct page *page, struct table *table, const cJSON *list, const char *columns)
{
	while (*columns && table->count < MOST_COLUMNS) {
		size_t length = strcspn(columns, " ");
		const char *name = tsk_copy_bytes(page->call, columns, length);
		size_t width = 0;
		columns += length + strspn(columns + length, " ");
		for (const cJSON *row = list->child; row; row = row->next) {
			if (is_empty(cJSON_GetObjectItemCaseSensitive(row, name)))
				continue;
			size_t cell = columns_on_screen(cell_text(page, row, name));
			cell = cell > WIDEST_COLUMN ? WIDEST_COLUMN : cell;
			width = cell > width ? cell : width;
		}
		if (!width)
			continue;
		size_t title = strlen(name);
		table->widths[table->count] = width > title ? width : title;
		table->names[table->count++] = name;
	}
}

static void put_cell(struct page *page, const struct table *table, size_t column, const char *text)
{
	put_text(page, text);
	if (column + 1 == table->count)
		return;
	put_text(page, "  ");
	for (size_t i = columns_on_screen(text); i < table->widths[column]; i++)
		put_text(page, " ");
}

static void put_table(struct page *page, const char *label, const cJSON *list, const char *columns)
{
	struct table table = { .count = 0 };
	int count = cJSON_GetArraySize(list), shown = 0;

	lay_out(page, &table, list, columns);
	if (*label)
		put_line(page, tsk_format(page->call, "%s:", label));
	put_text(page, indent);
	for (size_t i = 0; i < table.count; i++)
		put_cell(page, &table, i, table.names[i]);
	put_text(page, "\n");
	for (const cJSON *row = list->child; row; row = row->next) {
		if (!page->full && shown == MOST_ROWS)
			break;
		put_text(page, indent);
		for (size_t i = 0; i < table.count; i++)
			put_cell(page, &table, i, cell_text(page, row, table.names[i]));
		put_text(page, "\n");
		shown++;
	}
	if (shown < count)
		put_line(page,
			 tsk_format(page->call, "  (%d more: --full, or -o jsonl)", count - shown));
}

/* ---- views ---- */

static const cJSON *at_path(struct tsk_call *call, const cJSON *object, const char *path)
{
	while (object && *path) {
		size_t length = strcspn(path, ".");
		object = cJSON_GetObjectItemCaseSensitive(object,
							  tsk_copy_bytes(call, path, length));
		path += length + (path[length] == '.');
	}
	return object;
}

/* '?' or '=' before the path. */
static bool has_prefix(const struct tsk_view *view)
{
	return *view->path == '?' || *view->path == '=';
}

static const char *label_of(struct tsk_call *call, const struct tsk_view *view)
{
	const char *dot = strrchr(view->path, '.');
	char *label = tsk_copy(call, dot ? dot + 1 : view->path + has_prefix(view));

	if (view->label)
		return view->label;
	for (char *at = label; *at; at++)
		if (*at == '_')
			*at = ' ';
	return label;
}

static bool is_in_word(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '-' || byte == '.';
}

/* As words of their own: "1" does not stand in "127.0.0.1". */
static bool headline_says(struct page *page, const cJSON *value)
{
	const char *headline = page->call->headline, *text = value_text(page, value);
	size_t length = strlen(text);

	for (const char *at = headline; at && length; at++) {
		at = strstr(at, text);
		if (!at)
			return false;
		if ((at == headline || !is_in_word(at[-1]) || !is_in_word(*text)) &&
		    (!is_in_word(at[length]) || !is_in_word(at[length - 1])))
			return true;
	}
	return false;
}

static void put_view(struct page *page, const struct tsk_view *view)
{
	bool once = *view->path == '?', own = *view->path == '=';
	const cJSON *value = at_path(page->call, page->call->result, view->path + has_prefix(view));
	const char *label = label_of(page->call, view);

	if (is_empty(value) || (once && headline_says(page, value)))
		return;
	if (view->columns && cJSON_IsArray(value))
		put_table(page, label, value, view->columns);
	else if (cJSON_IsArray(value) && cJSON_IsString(value->child))
		put_text_list(page, label, value, own);
	else if (cJSON_IsArray(value) && cJSON_IsObject(value->child))
		put_table(page, label, value, "name type title summary value");
	else if (cJSON_IsObject(value))
		put_text_member(page, label, object_text(page, value));
	else
		put_text_member(page, label, value_text(page, value));
}

static void put_members(struct page *page)
{
	const struct tsk_command *command = page->call->command;

	if (command && command->views) {
		for (const struct tsk_view *view = command->views; view->path; view++)
			put_view(page, view);
		return;
	}
	for (const cJSON *item = page->call->result->child; item; item = item->next) {
		struct tsk_view view = { .path = item->string };
		put_view(page, &view);
	}
}

/* The last guard, at a line's edge and never before the first line's: next commands come after it
 * and are always whole. */
static void cut_page(struct page *page)
{
	if (page->full || page->text.size <= MOST_CHARACTERS)
		return;
	size_t at = MOST_CHARACTERS;
	while (at && page->text.bytes[at - 1] != '\n')
		at--;
	if (!at)
		at = strcspn(page->text.bytes, "\n") + 1;
	size_t dropped = page->text.size - at;
	page->text.size = at;
	put_line(page, tsk_format(page->call, "(%zu more characters: --full)", dropped));
}

static const char *command_text(struct page *page, const char *command)
{
	return color_text(
		page->call, page->call->color, COLOR_COMMAND,
		visible_line(page->call, tsk_command_as_typed(page->call, command), page->ascii));
}

/* Beside what was found, what could not be asked. */
static void put_unanswered(struct page *page)
{
	const char *text = unanswered_text(page->call);

	if (text)
		put_line(page, visible_line(page->call, limited(page, text), page->ascii));
}

const char *output_text(struct tsk_call *call)
{
	struct page page = { .call = call,
			     .text = { .call = call },
			     .full = tsk_setting_is_true(call, TSK_SETTING_FULL),
			     .ascii = visible_ascii_only() };

	if (call->headline)
		put_line(&page, color_text(call, call->color, COLOR_HEADLINE,
					   visible_line(call, limited(&page, call->headline),
							page.ascii)));
	put_members(&page);
	put_unanswered(&page);
	cut_page(&page);
	if (page.cut)
		put_line(&page, "(long texts are cut: --full)");
	for (const cJSON *item = call->next->child; item; item = item->next)
		put_line(&page,
			 tsk_format(call, "next: %s", command_text(&page, item->valuestring)));
	return tsk_text_value(&page.text);
}
