/* What the members of one object say together. */
#include "suspicion.h"

#include <string.h>
#include <strings.h>

/* Keys that mean something to us are short; of longer ones the beginning is shown. */
#define KEY_ROOM 160

struct tally {
	struct finding firm, soft; /* the first of each */
	struct finding failed;     /* a count of failed ones above zero */
	struct finding code;       /* a code or type that counts beside a message */
	struct finding bad_word;   /* a status word under a key of the user's own */
	bool good, done;           /* says that it succeeded; that it came to an end */
	bool has_text;
	bool good_count, any_good; /* counts succeeded ones; more than zero of them */
	size_t members, words;     /* how many there are; how many are status words */
	bool counts_more;          /* counts something besides errors */
};

static void keep_finding(struct tally *tally, struct finding finding)
{
	if (finding.why)
		finding_set_first(finding.firm ? &tally->firm : &tally->soft, finding);
}

static void weigh_status(struct walk *walk, struct tally *tally, const struct place *place,
			 const struct value *value, bool whole)
{
	enum status_word word = value->kind == '"' ? status_word(value->text) : STATUS_NO_WORD;

	if (word == STATUS_BAD || (value->kind == '"' && text_says_error(value->text, true)))
		keep_finding(tally, value_found(walk, place, value, whole));
	else if (value->kind == '0' && value_is_http_error(value))
		keep_finding(tally, value_found(walk, place, value, false));
	if (!whole)
		return;
	tally->good |= word == STATUS_GOOD;
	if (strcasecmp(place->key, "status") == 0) {
		if (value->kind == 'f')
			keep_finding(tally, value_found(walk, place, value, true));
		tally->good |= value->number >= 200 && value->number < 300;
	}
	tally->done |= word == STATUS_DONE;
}

static void weigh_success(struct walk *walk, struct tally *tally, const struct place *place,
			  const struct value *value)
{
	if (value_is_false(value))
		keep_finding(tally, value_found(walk, place, value, true));
	tally->good |= value_is_true(value);
	if (value->kind == '0') {
		tally->good_count = true;
		tally->any_good |= value->number > 0;
	}
}

/* A member that is there for an error: error, payment_error, errors, is_error, failed. */
static void weigh_error(struct walk *walk, struct tally *tally, const struct place *place,
			const struct value *value, struct json_cursor before, enum key_sense sense)
{
	bool is_list = value->kind == '[' || value->kind == '{';

	if (value->kind == '0') {
		if (sense == KEY_FAILED || sense == KEY_ERROR_COUNT ||
		    strcasecmp(place->key, "errors") == 0) {
			/* Errors may be what the workflow counts; failed ones are its own. */
			if (value->number > 0)
				finding_set_first(&tally->failed, value_found(walk, place, value,
									      sense == KEY_FAILED));
		} else if (strcasestr(place->key, "code")
				   ? value->number != 0 &&
					     !(value->number >= 200 && value->number < 300)
				   : value_is_http_error(value)) {
			keep_finding(tally, value_found(walk, place, value, false));
		}
	} else if (value_is_true(value)) {
		keep_finding(tally, value_found(walk, place, value, sense != KEY_PART_ERROR));
	} else if (sense == KEY_FAILED && value->kind == '[') {
		json_enter(&before);
		if (json_next_item(&before))
			keep_finding(tally, value_found(walk, place, value, false));
	} else if (sense != KEY_ERROR_FLAG && (is_list || value->kind == '"') &&
		   !value_is_false(value) && value_tells_error(before, 0)) {
		tally->has_text = true;
		/* Recovered ones are noted beside a success as well, but not as *the* error. */
		bool well = value->kind == '"' && status_word(value->text) != STATUS_NO_WORD &&
			    status_word(value->text) != STATUS_BAD &&
			    status_word(value->text) != STATUS_NEUTRAL;
		if (!well)
			keep_finding(tally, value_found(walk, place, value, sense == KEY_ERROR));
	}
}

/* Whether the workflow ends well by what is counted: false where nothing that was counted did. */
static void weigh_count(struct tally *tally, const struct value *value)
{
	if (value->kind != '0')
		return;
	tally->good_count = true;
	tally->any_good |= value->number > 0;
}

static void weigh_code(struct walk *walk, struct tally *tally, const struct place *place,
		       const struct value *value)
{
	if (value->kind == '0' ? value_is_http_error(value)
			       : value->kind == '"' && status_word(value->text) == STATUS_BAD)
		finding_set_first(&tally->code, value_found(walk, place, value, false));
}

/* Any other member: what it holds, and whether it is one of a row of outcomes
 * ({"step1":"ok","step2":"failed"}). */
static void weigh_other(struct walk *walk, struct tally *tally, const struct place *place,
			struct json_cursor before, const struct value *value, enum key_sense sense)
{
	enum status_word word = value->kind == '"' ? status_word(value->text) : STATUS_NO_WORD;

	tally->counts_more |= value->kind == '0';
	tally->has_text |= sense == KEY_TEXT && value->kind == '"' && *value->text;
	tally->words += word != STATUS_NO_WORD;
	if (word == STATUS_BAD)
		finding_set_first(&tally->bad_word, value_found(walk, place, value, false));
	keep_finding(tally, judge_value(walk, &before, place, sense));
}

static void weigh_member(struct walk *walk, struct tally *tally, const struct place *place,
			 struct json_cursor *cursor)
{
	struct json_cursor before = *cursor;
	enum key_sense sense = key_sense(place->key);
	struct value value;

	tally->members++;
	value_read(cursor, &value);
	bool is_container = value.kind == '{' || value.kind == '[';
	switch (sense) {
	case KEY_ASIDE: break;
	case KEY_STATUS:
	case KEY_PART_STATUS:
		if (is_container)
			weigh_other(walk, tally, place, before, &value, KEY_TEXT);
		else
			weigh_status(walk, tally, place, &value, sense == KEY_STATUS);
		if (sense == KEY_STATUS && (value.text[0] == '{' || value.text[0] == '['))
			keep_finding(tally, judge_value(walk, &before, place, KEY_TEXT));
		break;
	case KEY_SUCCESS: weigh_success(walk, tally, place, &value); break;
	case KEY_ERROR:
	case KEY_PART_ERROR:
	case KEY_ERROR_FLAG:
	case KEY_FAILED:
	case KEY_ERROR_COUNT: weigh_error(walk, tally, place, &value, before, sense); break;
	case KEY_GOOD_COUNT:
		weigh_count(tally, &value);
		if (strcasecmp(place->key, "succeeded") == 0 ||
		    strcasecmp(place->key, "successful") == 0)
			weigh_success(walk, tally, place, &value);
		break;
	case KEY_HTTP:
		if (value_is_http_error(&value))
			keep_finding(tally, value_found(walk, place, &value, false));
		tally->good |= value.number >= 200 && value.number < 300;
		break;
	case KEY_CODE: weigh_code(walk, tally, place, &value); break;
	case KEY_EXIT:
		if (value.kind == '0' && value.number != 0)
			keep_finding(tally, value_found(walk, place, &value, false));
		break;
	default: weigh_other(walk, tally, place, before, &value, sense); break;
	}
}

/* Firm findings stand; a count stands where nothing else went well; the rest only where nobody
 * claims success. */
static struct finding weigh_up(struct tally *tally)
{
	bool counts_none = tally->good_count && !tally->any_good;

	if (tally->firm.why)
		return tally->firm;
	if (tally->failed.why && counts_none)
		return (struct finding){ tally->failed.why, true };
	if (tally->good)
		return (struct finding){ 0 };
	if (tally->soft.why)
		return tally->soft;
	if (tally->code.why && tally->has_text)
		return tally->code;
	if (tally->bad_word.why && tally->members > 1 && tally->words == tally->members)
		return tally->bad_word;
	/* Errors may be what the workflow counts, among other things: {"errors":17,"lines":4000}.
	 */
	bool its_own = tally->failed.firm || (!tally->counts_more && !tally->any_good);
	if (tally->failed.why && its_own && !tally->done)
		return (struct finding){ tally->failed.why, false };
	return (struct finding){ 0 };
}

struct finding judge_object(struct walk *walk, struct json_cursor *cursor,
			    const struct place *around)
{
	struct tally tally = { 0 };
	struct json_piece piece;

	json_enter(cursor);
	while (json_next_member(cursor, &piece)) {
		/* Keys that mean something to us are short; of longer ones the beginning is shown.
		 */
		char key[KEY_ROOM];
		struct place place = { .around = around, .key = key };

		json_unescape(piece, key, sizeof(key), NULL);
		weigh_member(walk, &tally, &place, cursor);
	}
	return weigh_up(&tally);
}
