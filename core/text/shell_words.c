/* Words as a shell takes them: quoting, splitting. */
#include "call/call.h"
#include "visible.h"

#include <temporal-skill/text.h>

#include <ctype.h>
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

/* What printf and every shell take as it is between these quotes, also where an interactive one
 * looks for "!" first. */
static bool is_plain(const char *at, bool ascii)
{
	return isalnum((unsigned char)*at) || (*at && strchr(" @_+:,./-=", *at)) ||
	       ((unsigned char)*at >= 0x80 && visible_length(at, ascii));
}

/* As in "$(printf 'a\nb')", which any POSIX shell takes: between plain quotes a newline would be
 * printed as \n, which is another word once it is pasted. */
static const char *quote_escaped(struct tsk_call *call, const char *word, bool ascii)
{
	/* The shell drops the newlines that a substitution ends in; IFS ends in one. */
	static const char newline[] = "${IFS#??}";
	size_t size = strlen(word), body = size;
	char *quoted = tsk_alloc(call, size * sizeof(newline) + 32);
	char *to = stpcpy(quoted, "\"$(printf '");

	while (body && word[body - 1] == '\n')
		body--;
	for (const char *at = word; at < word + body;) {
		size_t length = is_plain(at, ascii) ? visible_length(at, ascii) : 0;
		/* A format that begins with a hyphen would be taken for a flag. */
		if (length && (at > word || *at != '-'))
			to = mempcpy(to, at, length);
		else if (*at == '\n' || *at == '\t')
			to += snprintf(to, sizeof("\\n"), "\\%c", *at == '\n' ? 'n' : 't');
		else if (*at == '%')
			to = stpcpy(to, "%%");
		else
			to += snprintf(to, sizeof("\\377"), "\\%03o", (unsigned char)*at);
		at += length ? length : 1;
	}
	to = stpcpy(to, "')");
	for (size_t i = body; i < size; i++)
		to = stpcpy(to, newline);
	stpcpy(to, "\"");
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

const char *tsk_quote_words(struct tsk_call *call, const struct tsk_strings *words)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < words->count; i++)
		tsk_text_join(&text, " ", "%s", tsk_quote(call, words->items[i]));
	return tsk_text_value(&text);
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
