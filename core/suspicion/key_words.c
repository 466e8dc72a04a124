/* Keys and status words of results. */
#include "key_words.h"

#include <string.h>
#include <strings.h>

/* Longer keys and status words than these are sentences. */
#define WORD_MOST   64
#define TOKENS_MOST 6

/* A key or status word taken apart at blanks, punctuation and capitals: statusCode, "status-code",
 * STATUS_CODE. */
struct tokens {
	char text[2 * WORD_MOST]; /* in lower case, '_' between the tokens */
	const char *items[TOKENS_MOST];
	char copy[2 * WORD_MOST];
	size_t count;
};

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether a new token begins at word[at]: camelCase, or the last capital of HTTPStatus. */
static bool is_hump(const char *word, size_t at)
{
	if (at == 0 || !is_upper(word[at]))
		return false;
	return is_lower(word[at - 1]) || is_digit(word[at - 1]) ||
	       (is_upper(word[at - 1]) && is_lower(word[at + 1]));
}

/* false: too long, or not made of words. */
static bool take_apart(const char *word, struct tokens *tokens)
{
	size_t used = 0;

	tokens->count = 0;
	for (size_t at = 0; word[at]; at++) {
		char c = word[at];
		bool letter = is_upper(c) || is_lower(c) || is_digit(c);

		if (at == WORD_MOST)
			return false;
		if ((!letter || is_hump(word, at)) && used > 0 && tokens->text[used - 1] != '_')
			tokens->text[used++] = '_';
		if (!letter && !strchr(" _-!", c))
			return false;
		if (letter)
			tokens->text[used++] = (char)(is_upper(c) ? c + ('a' - 'A') : c);
	}
	while (used > 0 && tokens->text[used - 1] == '_')
		used--;
	tokens->text[used] = '\0';
	memcpy(tokens->copy, tokens->text, used + 1);
	char *save = NULL;
	for (char *item = strtok_r(tokens->copy, "_", &save); item;
	     item = strtok_r(NULL, "_", &save)) {
		if (tokens->count == TOKENS_MOST)
			return false;
		tokens->items[tokens->count++] = item;
	}
	return tokens->count > 0;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(word, ...) is_one_of(word, (const char *const[]){ __VA_ARGS__, NULL })

static bool has_token(const struct tokens *tokens, const char *const *words)
{
	for (size_t i = 0; i < tokens->count; i++)
		if (is_one_of(tokens->items[i], words))
			return true;
	return false;
}

/* ---- keys ---- */

/* Whole keys, each sense's in one line or two. */
static const struct {
	enum key_sense sense;
	const char *keys;
} known_keys[] = {
	{ KEY_STATUS, " status state outcome result conclusion phase estado statut stato " },
	{ KEY_SUCCESS,
	  " success ok is_success is_ok is_successful was_successful all_succeeded all_ok " },
	{ KEY_ERROR,
	  " error err exception traceback failure failure_reason failure_message failure_cause "
	  "failure_details fail_reason error_message error_msg error_text error_detail "
	  "error_details "
	  "error_reason error_description error_info exception_message fault " },
	{ KEY_PART_ERROR,
	  " errors exceptions error_type error_class error_name error_code error_list "
	  "exception_type stack_trace stacktrace errno " },
	{ KEY_ERROR_FLAG,
	  " is_error has_error has_errors is_failed has_failed has_failure has_failures "
	  "is_failure errored " },
	{ KEY_FAILED,
	  " failed failures failed_count failure_count num_failed num_failures total_failed "
	  "n_failed fail_count failed_total " },
	{ KEY_ERROR_COUNT, " error_count errors_count num_errors total_errors n_errors " },
	{ KEY_GOOD_COUNT,
	  " succeeded successful successes success_count succeeded_count successful_count "
	  "processed processed_count completed passed num_succeeded num_successful " },
	{ KEY_HTTP, " status_code http_status http_code http_status_code response_code " },
	{ KEY_CODE, " code type kind " },
	{ KEY_EXIT, " exit_code exitcode return_code returncode exit_status " },
	{ KEY_TEXT,
	  " message msg output response detail details reason body data value text summary "
	  "return return_value reply answer content status_message status_text " },
	{ KEY_ASIDE,
	  " log logs history event events attempts retries audit audit_log previous input inputs "
	  "request params parameters config configuration settings expected metadata meta schema "
	  "example examples sample samples warning warnings note notes comment comments query "
	  "prompt template question title name label labels filter level severity log_level "
	  "description subject tag tags pattern arguments args id ids " },
};

static enum key_sense known_key(const char *key)
{
	char padded[2 * WORD_MOST + 2] = " ";

	memcpy(padded + 1, key, strlen(key));
	memcpy(padded + 1 + strlen(key), " ", 2);
	for (size_t i = 0; i < sizeof(known_keys) / sizeof(*known_keys); i++)
		if (strstr(known_keys[i].keys, padded))
			return known_keys[i].sense;
	return KEY_OTHER;
}

enum key_sense key_sense(const char *key)
{
	struct tokens tokens;

	if (foreign_is_error(key))
		return KEY_ERROR;
	if (!take_apart(key, &tokens))
		return KEY_OTHER;
	enum key_sense sense = known_key(tokens.text);
	if (sense != KEY_OTHER || tokens.count < 2)
		return sense;
	const char *first = tokens.items[0], *last = tokens.items[tokens.count - 1];
	/* What was, should be, or was got over; and statistics, where an error is a distance. */
	if (IS_ONE_OF(first, "last", "previous", "prev", "old", "former", "past", "initial",
		      "expected", "original", "desired", "retry", "retried", "handled", "ignored",
		      "simulated", "max", "min", "mean", "std", "standard", "on"))
		return KEY_ASIDE;
	if (has_token(&tokens,
		      (const char *const[]){ "attempts", "retries", "tries", "logins", NULL }))
		return KEY_ASIDE;
	if (IS_ONE_OF(last, "id", "ids", "name", "names"))
		return KEY_ASIDE;
	if (IS_ONE_OF(last, "status", "state", "outcome"))
		return KEY_PART_STATUS;
	if (IS_ONE_OF(last, "error", "exception", "failure"))
		return KEY_PART_ERROR;
	if (strcmp(first, "failed") == 0)
		return KEY_FAILED;
	return KEY_OTHER;
}

/* ---- status words ---- */

enum status_word status_word(const char *text)
{
	static const char *const bad[] = {
		"error", "errors",  "errored",      "failed", "failure",   "failures", "fail",
		"fatal", "crashed", "unsuccessful", "err",    "exception", "aborted",  NULL
	};
	/* "no_errors", "error_free", "failed_over", "fail_safe", "errors_fixed" */
	static const char *const turned[] = { "no",       "not",       "non",   "without", "zero",
					      "0",        "free",      "over",  "handled", "fixed",
					      "resolved", "recovered", "never", "safe",    "fast",
					      "open",     "back",      NULL };
	struct tokens tokens;

	if (foreign_is_failure(text))
		return STATUS_BAD;
	if (!take_apart(text, &tokens))
		return STATUS_NO_WORD;
	if (IS_ONE_OF(tokens.text, "ok", "okay", "success", "successful", "succeeded",
		      "successfully", "passed", "pass", "healthy", "good", "all_good", "no_error",
		      "no_errors"))
		return STATUS_GOOD;
	if (IS_ONE_OF(tokens.text, "completed", "complete", "done", "finished", "processed",
		      "delivered", "sent", "approved", "accepted", "created", "confirmed",
		      "shipped", "paid", "ready"))
		return STATUS_DONE;
	if (IS_ONE_OF(tokens.text, "pending", "running", "skipped", "queued", "unknown", "waiting",
		      "canceled", "cancelled", "rejected", "denied", "expired", "timeout",
		      "timed_out", "in_progress", "started"))
		return STATUS_NEUTRAL;
	if (IS_ONE_OF(tokens.text, "not_ok", "nok"))
		return STATUS_BAD;
	if (has_token(&tokens, turned))
		return STATUS_NO_WORD;
	const char *first = tokens.items[0], *last = tokens.items[tokens.count - 1];
	/* "payment failed"; more words with blanks between them make a sentence, four without a
	 * code. */
	if (strchr(text, ' '))
		return tokens.count == 2 && is_one_of(last, bad) ? STATUS_BAD : STATUS_NO_WORD;
	if (tokens.count <= 4 && is_one_of(last, bad))
		return STATUS_BAD;
	/* "failed_validation", "ERROR_TIMEOUT", but not "error_report". */
	if (tokens.count <= 4 && is_one_of(first, bad) &&
	    (strncmp(first, "fail", 4) == 0 || is_upper(text[1])))
		return STATUS_BAD;
	return STATUS_NO_WORD;
}

bool text_is_nothing(const char *text)
{
	struct tokens tokens;

	if (!*text || strcasecmp(text, "n/a") == 0 || foreign_is_nothing(text))
		return true;
	if (!take_apart(text, &tokens))
		return strspn(text, " \t\r\n-") == strlen(text) && strlen(text) < WORD_MOST;
	return IS_ONE_OF(tokens.text, "none", "null", "nil", "no", "no_error", "no_errors", "n_a",
			 "na", "ok", "false", "0", "undefined", "nothing", "success", "successful",
			 "0_errors", "no_failures", "no_exception", "no_errors_found",
			 "no_error_found");
}
