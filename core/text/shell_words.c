/* Words: quoting and splitting as a shell does, and the nearest of many to a mistyped one. */
#include "call/call.h"
#include "visible.h"

#include <stdio.h>
#include <string.h>

/* Whether all of it can be printed as it is. */
static bool is_shown(const char *word, bool ascii)
{
	while (*word) {
		size_t length = visible_length(word, ascii);
		if (!length)
			return false;
		word += length;
	}
	return true;
}

/* As in $'a\nb': between plain quotes a newline would be printed as \n, which is another word once
 * it is pasted. */
static const char *quote_escaped(struct tsk_call *call, const char *word, bool ascii)
{
	char *quoted = tsk_alloc(call, strlen(word) * 4 + 4), *to = stpcpy(quoted, "$'");

	while (*word) {
		size_t length = visible_length(word, ascii);
		if (*word == '\'' || *word == '\\')
			*to++ = '\\';
		if (length)
			to = mempcpy(to, word, length);
		else if (*word == '\n' || *word == '\t')
			to += sprintf(to, "\\%c", *word == '\n' ? 'n' : 't');
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*word);
		word += length ? length : 1;
	}
	*to = '\'';
	return quoted;
}

const char *tsk_quote(struct tsk_call *call, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "@%_+:,./-";
	size_t length = strlen(word), quotes = 0;
	bool ascii = visible_ascii_only();

	/* '=' is safe except in the first word, '~' and '#' only inside one: quoted, to be simple.
	 */
	if (length && strspn(word, safe) == length)
		return tsk_copy(call, word);
	if (!is_shown(word, ascii))
		return quote_escaped(call, word, ascii);
	for (const char *at = word; *at; at++)
		quotes += *at == '\'';
	char *quoted = tsk_alloc(call, length + quotes * 3 + 3), *to = quoted;
	*to++ = '\'';
	for (const char *at = word; *at; at++) {
		if (*at == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *at;
	}
	*to = '\'';
	return quoted;
}

/* ---- splitting ---- */

/* Reads one word from *text into to; returns the end of it, or NULL on an unclosed quote. */
static char *take_word(const char **text, char *to)
{
	const char *at = *text;
	char quote = '\0';

	for (; *at && (quote || !strchr(" \t\n", *at)); at++) {
		if (quote != '\'' && *at == '\\' && at[1]) {
			/* Within double quotes a backslash stays unless it guards one of these. */
			if (quote && !strchr("\"\\$`", at[1]))
				*to++ = *at;
			*to++ = *++at;
		} else if (quote ? *at == quote : (*at == '"' || *at == '\'')) {
			quote = quote ? '\0' : *at;
		} else {
			*to++ = *at;
		}
	}
	*text = at;
	return quote ? NULL : to;
}

enum tsk_status tsk_split_words(struct tsk_call *call, const char *what, const char *text,
				struct tsk_strings *words)
{
	size_t length = strlen(text), count = 0;
	const char **items = tsk_alloc(call, (length / 2 + 2) * sizeof(*items));
	const char *at = text + strspn(text, " \t\n");

	while (*at) {
		char *word = tsk_alloc(call, strlen(at) + 1);
		char *end = take_word(&at, word);
		if (!end)
			return tsk_fail(call, TSK_USAGE, "bad %s '%s': a quote is not closed", what,
					text);
		*end = '\0';
		items[count++] = word;
		at += strspn(at, " \t\n");
	}
	if (!count)
		return tsk_fail(call, TSK_USAGE, "bad %s '%s': there is no word in it", what, text);
	*words = (struct tsk_strings){ items, count };
	return TSK_OK;
}

/* ---- the nearest word ---- */

/* Longer words are not names of ours. */
#define LONGEST_NAME 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits between two words: insert, remove, replace, or swap two neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_NAME + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > LONGEST_NAME || b_length > LONGEST_NAME)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			bool same = a[i - 1] == b[j - 1];
			row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *tsk_nearest(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX, length = strlen(word);

	for (; *names; names++) {
		size_t edits = distance(word, *names);
		/* A word that begins like the name, or the other way round, was cut short. */
		if (length >= 4 && !strncmp(word, *names, length))
			edits = least(edits, 1);
		if (edits < best) {
			best = edits;
			nearest = *names;
		}
	}
	return best <= 1 + length / 4 ? nearest : NULL;
}
