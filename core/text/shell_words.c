/* Words as a shell takes them: quoting, splitting. */
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
