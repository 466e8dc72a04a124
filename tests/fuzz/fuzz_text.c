/* libFuzzer: texts of others on their way to a terminal, a page, a shell or a query; and the words
 * that people type. */
#include "fuzz.h"

#include "text/typed_value.h"
#include "text/visible.h"

#include <temporal-skill/client.h>
#include <temporal-skill/result.h>
#include <temporal-skill/timeline.h>

static void require_harmless(const char *shown, bool lines)
{
	require_utf8(shown);
	for (; *shown; shown++) {
		unsigned char c = (unsigned char)*shown;

		require((c >= ' ' && c != 0x7f) || (lines && (c == '\n' || c == '\t')));
	}
}

/* What is quoted for a shell is read by one as the same word. */
/* The word that bash makes of $'a\nb'. */
static const char *unescape(struct tsk_call *call, const char *quoted)
{
	char *word = tsk_copy(call, quoted), *to = word;
	const char *at = quoted + 2;
	unsigned byte;

	for (; *at != '\''; at++) {
		require(*at != '\0');
		if (*at != '\\') {
			*to++ = *at;
			continue;
		}
		switch (*++at) {
		case 'n': *to++ = '\n'; break;
		case 't': *to++ = '\t'; break;
		case 'x':
			require(sscanf(at + 1, "%2x", &byte) == 1);
			*to++ = (char)byte;
			at += 2;
			break;
		default: require(*at == '\'' || *at == '\\'); *to++ = *at;
		}
	}
	require(!at[1]);
	*to = '\0';
	return word;
}

static void quote(struct tsk_call *call, const char *text)
{
	const char *quoted = tsk_quote(call, text);
	struct tsk_strings words;

	/* Nothing is left to be made visible, which would make another word of it. */
	require(!strcmp(visible_line(call, quoted, visible_ascii_only()), quoted));
	if (!strncmp(quoted, "$'", 2)) {
		require(!strcmp(unescape(call, quoted), text));
		return;
	}
	require(tsk_split_words(call, "text", quoted, &words) == TSK_OK);
	require(words.count == 1 && !strcmp(words.items[0], text));
}

static void put_on_page(struct tsk_call *call, const char *text)
{
	struct tsk_text page = { .call = call };

	tsk_html_text(&page, text);
	for (size_t i = 0; i < page.size; i++)
		require(!strchr("<>\"", page.bytes[i]) || !page.bytes[i]);
	tsk_html_link(&page, text, text);
	tsk_html_block(&page, text);
	require(!page.bytes || strlen(page.bytes) == page.size);
}

static void read_words(struct tsk_call *call, const char *text)
{
	static const char *const names[] = { "address", "namespace", "tls", NULL };
	enum tsk_workflow_status status;
	struct tsk_strings words;
	int64_t number;
	bool flag;

	if (tsk_parse_duration(text, &number))
		require(number >= 0);
	tsk_parse_integer(text, &number);
	tsk_parse_flag(text, &flag);
	tsk_nearest(text, names);
	if (tsk_workflow_status_parse(text, &status))
		require(*tsk_workflow_status_name(status));
	require(tsk_identity_pid(text) >= 0);
	if (tsk_split_words(call, "text", text, &words) == TSK_OK)
		require(words.count > 0 && !words.items[words.count]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	struct fuzz_input input = { bytes, size };
	size_t limit = fuzz_byte(&input);
	const char *text = fuzz_text(call, &input);

	require_harmless(tsk_visible(call, text), true);
	require_harmless(visible_lines(call, text, true), true);
	require_harmless(visible_line(call, text, false), false);
	require_harmless(visible_line(call, text, true), false);
	quote(call, text);
	put_on_page(call, text);
	read_words(call, text);
	require(tsk_shorten(call, text, limit) && *tsk_query_literal(call, text));
	fuzz_end(&world);
	return 0;
}
