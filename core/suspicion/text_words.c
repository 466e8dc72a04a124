/* How a text begins that reports an error. */
#include "key_words.h"

#include <string.h>
#include <strings.h>

/* The words that are looked at: more than any sentence that reports an error needs before it has
 * said so. */
#define WORDS_MOST 80
#define WORD_ROOM  40

/* The beginning of a text: its words in lower case, and what stands after each. */
struct beginning {
	char words[WORDS_MOST][WORD_ROOM]; /* letters, digits, '_' and inner dots */
	const char *after[WORDS_MOST];
	size_t count;
	const char *text; /* past what is put before a message: "[", "*", a cross */
};

static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '\'';
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Over brackets, quotes, bullets, and signs from U+2000 on (crosses, warning signs). */
static const char *skip_decoration(const char *text)
{
	while (*text && !is_word_character(*text) &&
	       (strchr(" \t\r\n[(<*#>\"'`-!", *text) || (unsigned char)*text >= 0xE2))
		for (text++; ((unsigned char)*text & 0xC0) == 0x80;)
			text++;
	return text;
}

static void read_beginning(const char *text, struct beginning *beginning)
{
	const char *at = beginning->text = skip_decoration(text);

	beginning->count = 0;
	while (*at && beginning->count < WORDS_MOST) {
		char *word = beginning->words[beginning->count];
		size_t length = 0;

		while (*at && !is_word_character(*at))
			at++;
		/* A dot inside a word belongs to it: requests.exceptions.Timeout. */
		while (is_word_character(*at) ||
		       (*at == '.' && length && is_word_character(at[1]))) {
			if (length < WORD_ROOM - 1)
				word[length++] = lower(*at);
			at++;
		}
		word[length] = '\0';
		beginning->after[beginning->count] = at;
		beginning->count += length > 0;
	}
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(word, ...) is_one_of(word, (const char *const[]){ __VA_ARGS__, NULL })

/* The word at a place, "" past the end. */
static const char *word_at(const struct beginning *beginning, size_t at)
{
	return at < beginning->count ? beginning->words[at] : "";
}

/* "… then recovered", "… but the retry succeeded": it ended well. */
static bool ended_well(const struct beginning *beginning)
{
	bool turn = false;

	for (size_t i = 0; i < beginning->count; i++) {
		if (IS_ONE_OF(beginning->words[i], "then", "but", "eventually", "finally",
			      "recovered"))
			turn = true;
		if (turn &&
		    IS_ONE_OF(beginning->words[i], "succeeded", "successful", "successfully",
			      "recovered", "fine", "ok", "worked", "passed", "completed"))
			return true;
	}
	return false;
}

/* Whether the first word is the class of an exception: ValueError,
 * requests.exceptions.ConnectionError. */
static bool is_class(const struct beginning *beginning)
{
	static const char *const endings[] = { "Error", "Exception", "Failure", NULL };
	size_t length = (size_t)(beginning->after[0] - beginning->text);

	for (size_t i = 0; endings[i]; i++) {
		size_t size = strlen(endings[i]);
		const char *end = beginning->after[0] - size;

		if (length > size && memcmp(end, endings[i], size) == 0 &&
		    (lower(end[-1]) != end[-1] || (end[-1] >= 'a' && end[-1] <= 'z') ||
		     end[-1] == '.' || (end[-1] >= '0' && end[-1] <= '9')))
			return true;
	}
	return false;
}

/* Whether what comes after "Error:" is more than "none" or a zero. */
static bool tells_something(const char *after)
{
	static const char *const nothing[] = { "0", "none", "None", "null", "nil", NULL };

	after += strspn(after, " \t:=");
	if (text_is_nothing(after))
		return false;
	for (size_t i = 0; nothing[i]; i++) {
		const char *end = after + strlen(nothing[i]);

		if (strncmp(after, nothing[i], strlen(nothing[i])) == 0 &&
		    !is_word_character(*end) && *end != '.')
			return false;
	}
	return true;
}

/* The first word set off from the rest as a head; or alone, where the text is there to tell how it
 * went. */
static bool is_head(const struct beginning *beginning, bool loose)
{
	const char *after = beginning->after[0];

	if (*after == ']' || *after == '>')
		return true;
	if (*after == ':' || *after == '=')
		return after[1] == '\0' || tells_something(after);
	if (strspn(after, " .!\t\r\n\"'*)`") == strlen(after))
		return loose;
	return strncmp(after, " - ", 3) == 0 || strncmp(after, " | ", 3) == 0 ||
	       strncmp(after, " \xE2\x80\x93 ", 5) == 0 || strncmp(after, " \xE2\x80\x94 ", 5) == 0;
}

static bool is_capital_head(const struct beginning *beginning)
{
	const char *head = beginning->text;

	return (strncmp(head, "ERROR ", 6) == 0 || strncmp(head, "FATAL ", 6) == 0 ||
		strncmp(head, "FAILED ", 7) == 0) &&
	       beginning->count > 1 &&
	       !IS_ONE_OF(word_at(beginning, 1), "0", "no", "none", "rate", "rates", "count",
			  "counts", "budget", "handling", "handler", "report", "reports", "log",
			  "logs", "summary", "free", "tests", "jobs", "attempts", "check", "checks",
			  "recovery", "analysis", "margin", "message", "messages", "type", "types",
			  "items");
}

/* "error while …", "exception in …", "error 500": the word and one that goes on with it. */
static bool is_error_phrase(const struct beginning *beginning)
{
	const char *first = word_at(beginning, 0), *second = word_at(beginning, 1);

	if (IS_ONE_OF(first, "error", "errors", "exception", "failure"))
		return IS_ONE_OF(second, "while", "when", "during", "in", "at", "from", "occurred",
				 "calling", "processing", "connecting", "fetching", "executing",
				 "running", "loading", "reading", "writing", "sending", "parsing",
				 "opening", "creating", "updating", "getting", "raised", "thrown",
				 "code") ||
		       (strcmp(first, "error") == 0 && second[0] >= '1' && second[0] <= '9');
	if (IS_ONE_OF(first, "failed", "failure"))
		return IS_ONE_OF(second, "to", "with", "after", "because", "due", "while", "during",
				 "on");
	if (IS_ONE_OF(first, "an", "a", "the"))
		return (IS_ONE_OF(second, "unexpected", "internal", "unknown", "unhandled") &&
			IS_ONE_OF(word_at(beginning, 2), "error", "exception", "failure")) ||
		       (IS_ONE_OF(second, "error", "exception", "failure") &&
			IS_ONE_OF(word_at(beginning, 2), "occurred", "happened", "was"));
	if (IS_ONE_OF(first, "unexpected", "internal", "unknown", "unhandled", "fatal"))
		return IS_ONE_OF(second, "error", "exception", "failure") ||
		       (strcmp(second, "server") == 0 &&
			strcmp(word_at(beginning, 2), "error") == 0);
	return strcmp(first, "something") == 0 && strcmp(second, "went") == 0 &&
	       strcmp(word_at(beginning, 2), "wrong") == 0;
}

/* "404 Not Found", "HTTP/1.1 503 Service Unavailable": a status line, code and phrase as RFC 9110
 * has them. */
static bool is_http_status(const struct beginning *beginning)
{
	static const struct {
		const char *code, *first, *second;
	} lines[] = {
		{ "400", "bad", "request" },
		{ "401", "unauthorized", "" },
		{ "403", "forbidden", "" },
		{ "404", "not", "found" },
		{ "405", "method", "not" },
		{ "408", "request", "timeout" },
		{ "409", "conflict", "" },
		{ "410", "gone", "" },
		{ "413", "content", "too" },
		{ "413", "payload", "too" },
		{ "415", "unsupported", "media" },
		{ "422", "unprocessable", "" },
		{ "429", "too", "many" },
		{ "500", "internal", "server" },
		{ "501", "not", "implemented" },
		{ "502", "bad", "gateway" },
		{ "503", "service", "unavailable" },
		{ "504", "gateway", "timeout" },
	};
	size_t at = 0;

	if (strcmp(word_at(beginning, 0), "http") == 0)
		at = IS_ONE_OF(word_at(beginning, 1), "1.0", "1.1", "2", "3") ? 2 : 1;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (strcmp(word_at(beginning, at), lines[i].code) == 0 &&
		    strcmp(word_at(beginning, at + 1), lines[i].first) == 0 &&
		    (!*lines[i].second || strcmp(word_at(beginning, at + 2), lines[i].second) == 0))
			return true;
	return false;
}

static bool is_inability(const struct beginning *beginning)
{
	const char *first = word_at(beginning, 0), *second = word_at(beginning, 1);

	return strcmp(first, "cannot") == 0 || strcmp(first, "couldn't") == 0 ||
	       (strcmp(first, "could") == 0 && strcmp(second, "not") == 0) ||
	       (strcmp(first, "unable") == 0 && strcmp(second, "to") == 0) ||
	       (strcmp(first, "connection") == 0 && IS_ONE_OF(second, "refused", "reset", "timed"));
}

/* "Payment failed", "Order 17 failed: card declined": a short first clause that ends in the word.
 */
static bool is_failed_clause(const struct beginning *beginning)
{
	/* A subject of five words: "Processing of order 17 failed". */
	for (size_t i = 0; i < beginning->count && i < 6; i++) {
		char end = *beginning->after[i];

		if (IS_ONE_OF(beginning->words[i], "no", "not", "none", "zero", "0", "never",
			      "nothing", "without", "if", "when", "how", "why", "that", "which",
			      "who", "list", "previously", "nobody"))
			return false;
		if (i > 0 && IS_ONE_OF(beginning->words[i], "failed", "errored", "crashed"))
			return !end || strchr(".:!,;\n", end) ||
			       strncmp(beginning->after[i], " - ", 3) == 0 ||
			       IS_ONE_OF(word_at(beginning, i + 1), "with", "because", "due",
					 "after");
		if (end && strchr(".:!?,;\n", end))
			return false;
	}
	return false;
}

bool text_says_error(const char *text, bool loose)
{
	struct beginning beginning;

	read_beginning(text, &beginning);
	if (strncmp(beginning.text, "Traceback (most recent call last)", 33) == 0)
		return true;
	if (foreign_says_error(text) || is_http_status(&beginning))
		return true;
	if (!beginning.count || ended_well(&beginning))
		return false;
	bool is_name = is_class(&beginning);
	if (is_name && *beginning.after[0] == '(')
		return true;
	if ((is_name || IS_ONE_OF(beginning.words[0], "error", "exception", "fatal", "failure",
				  "failed", "errored")) &&
	    is_head(&beginning, loose))
		return true;
	if (is_capital_head(&beginning) || is_error_phrase(&beginning))
		return true;
	return loose && (is_inability(&beginning) || is_failed_clause(&beginning));
}
