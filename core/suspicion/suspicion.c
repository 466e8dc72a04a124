/* Why a result looks like an error although its workflow completed. */
#include "suspicion.h"

#include <string.h>

/* ---- lists ---- */

static struct finding judge_list(struct walk *walk, struct json_cursor *cursor,
				 const struct place *around)
{
	struct finding first_firm = { 0 }, first = { 0 }, bad_word = { 0 };
	size_t count = 0, firm = 0, bad = 0, words = 0, bad_words = 0;
	bool quiet = walk->quiet;

	json_enter(cursor);
	for (; json_next_item(cursor); count++) {
		struct place place = { .around = around, .index = count };
		struct json_cursor before = *cursor;
		struct value value;

		value_read(cursor, &value);
		enum status_word word =
			value.kind == '"' ? status_word(value.text) : STATUS_NO_WORD;
		words += word != STATUS_NO_WORD;
		bad_words += word == STATUS_BAD;
		if (word == STATUS_BAD)
			finding_set_first(&bad_word, value_found(walk, &place, &value, false));
		struct finding finding = judge_value(walk, &before, &place, KEY_OTHER);
		bad += finding.why != NULL;
		firm += finding.firm;
		if (finding.why)
			finding_set_first(finding.firm ? &first_firm : &first, finding);
		walk->quiet = quiet || first_firm.why;
	}
	walk->quiet = quiet;
	struct finding shown = first_firm.why ? first_firm : first;
	if (!shown.why && count > 1 && words == count) {
		shown = bad_word;
		bad = bad_words;
	}
	if (!shown.why)
		return shown;
	/* Some of many may fail where the whole succeeds; all of them may not. */
	shown.firm = count > 0 && firm == count;
	if (count > 1 && !quiet)
		shown.why = tsk_format(walk->call, "%s (%zu of %zu items)", shown.why, bad, count);
	return shown;
}

/* ---- any value ---- */

/* A string that holds JSON, as from json.dumps, or what str() makes of a dict, is judged by what it
 * holds; false: it holds neither. */
static bool judge_inner(struct walk *walk, struct json_piece piece, struct finding *finding,
			const struct place *place)
{
	char *room = tsk_alloc(walk->call, piece.size + 1);
	size_t size = json_unescape(piece, room, piece.size + 1, NULL);
	const char *text = room;

	if (!tsk_json_check(text, size, NULL))
		text = json_of_python(walk->call, text, size, &size);
	if (!text)
		return false;
	struct json_cursor cursor = { text, text + size };
	walk->nested = true;
	*finding = judge_value(walk, &cursor, place, KEY_TEXT);
	walk->nested = false;
	return true;
}

static struct finding judge_string(struct walk *walk, struct json_cursor *cursor,
				   const struct place *place, enum key_sense sense)
{
	struct finding finding = { 0 };
	struct value value;

	value_read(cursor, &value);
	const char *text = value.text + strspn(value.text, " \t\r\n");
	if (sense == KEY_TEXT && !walk->nested && (*text == '{' || *text == '[') &&
	    judge_inner(walk, value.piece, &finding, place))
		return finding;
	/* A whole result of one word: "failed". */
	if (!place->around && status_word(text) == STATUS_BAD)
		return value_found(walk, place, &value, true);
	if (text_says_error(text, sense == KEY_TEXT))
		return value_found(walk, place, &value, !place->around);
	return (struct finding){ 0 };
}

/* Consumes the value. */
struct finding judge_value(struct walk *walk, struct json_cursor *cursor, const struct place *place,
			   enum key_sense sense)
{
	struct finding finding = { 0 };
	char kind = json_kind(cursor);

	if (kind == '"')
		return judge_string(walk, cursor, place, sense);
	if ((kind != '{' && kind != '[') || walk->level == LEVELS) {
		json_skip(cursor, NULL);
		return finding;
	}
	walk->level++;
	finding = kind == '{' ? judge_object(walk, cursor, place) : judge_list(walk, cursor, place);
	walk->level--;
	return finding;
}

const char *tsk_looks_like_error(struct tsk_call *call, const char *json)
{
	struct walk walk = { .call = call };
	struct place place = { 0 };
	size_t size = json ? strlen(json) : 0;
	struct json_cursor cursor = { json, json + size };

	if (!size || !tsk_json_check(json, size, NULL))
		return NULL;
	return judge_value(&walk, &cursor, &place, KEY_TEXT).why;
}
