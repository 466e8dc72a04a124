/* What the words in a result mean: keys of its objects, values of its status members, beginnings of
 * its texts.
 *
 * Invariants: texts are NUL-terminated UTF-8; only ASCII letters are told apart by case. Nothing
 * here looks for a word in the middle of a text to call the text an error.
 */
#ifndef CORE_SUSPICION_KEY_WORDS_H
#define CORE_SUSPICION_KEY_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* What the member of an object is there for, judged by its key. */
enum key_sense {
	KEY_OTHER,
	KEY_ASIDE,       /* inputs, logs, earlier attempts, labels: says nothing of the outcome */
	KEY_STATUS,      /* status, state, outcome, result */
	KEY_PART_STATUS, /* payment_status */
	KEY_SUCCESS,     /* success, ok */
	KEY_ERROR,       /* error, exception, traceback, error_message */
	KEY_PART_ERROR,  /* payment_error, errors, error_type */
	KEY_ERROR_FLAG,  /* is_error, has_failed */
	KEY_FAILED,      /* failed, failures, failed_count, failed_items */
	KEY_ERROR_COUNT, /* error_count */
	KEY_GOOD_COUNT,  /* succeeded, processed, as a number */
	KEY_HTTP,        /* status_code */
	KEY_CODE,        /* code, type */
	KEY_EXIT,        /* exit_code */
	KEY_TEXT         /* message, output, details */
};

enum key_sense key_sense(const char *key);

/* What the value of a status member says. */
enum status_word {
	STATUS_NO_WORD, /* not one of the words known */
	STATUS_GOOD,    /* "ok", "success" */
	STATUS_DONE,    /* "completed": it came to an end, good or bad */
	STATUS_NEUTRAL, /* "pending", "rejected", "timed_out": answers of a healthy application */
	STATUS_BAD      /* "error", "FAILED", "payment_failed", "completed_with_errors" */
};

enum status_word status_word(const char *text);

/* "", "none", "no error", "0": there is nothing to report. */
bool text_is_nothing(const char *text);

/* Whether the text reports an error by the way it begins: "Error: …", "ValueError: …", "Failed to
 * …", "Traceback …". loose: also "Payment failed: …" and "Could not …", for texts that are there to
 * tell how it went. */
bool text_says_error(const char *text, bool loose);

/* ---- languages.c: the same in other languages than English ---- */

/* "Fehler: Karte abgelehnt" */
bool foreign_says_error(const char *text);

/* Whether the whole word, a key or a status, is one for an error; for a failure; for none. */
bool foreign_is_error(const char *word);
bool foreign_is_failure(const char *word);
bool foreign_is_nothing(const char *text);

#endif
