/* What a command says: one JSON object, and a headline for the reader of text.
 *
 * A command fills the object; the core adds "command", "verdict" and "next", and renders it: as
 * JSON whole, as text headline first, then the members named in the command's views, then the next
 * commands. Text that others wrote (ids, messages, log lines) goes in as it is: the core makes
 * control characters and bad UTF-8 visible.
 *
 * Ownership: all objects belong to the call. cJSON's own functions may be used on them (its numbers
 * are doubles: give 64-bit ids and user data through the functions below).
 *
 * In commands, say_X adds members about X to the result, X_text makes words of it, and ask_X asks
 * the server or another command.
 */
#ifndef TEMPORAL_SKILL_RESULT_H
#define TEMPORAL_SKILL_RESULT_H

#include <temporal-skill/text.h>

#include <cjson/cJSON.h>

#pragma GCC visibility push(default)

/* The call's result object. */
cJSON *tsk_result(struct tsk_call *call);

/* The verdict word (JSON "verdict") and the first line of the text output, with the ids in it. The
 * last one wins. */
void tsk_verdict(struct tsk_call *call, const char *code, const char *headline, ...)
	__attribute__((format(printf, 3, 4)));

/* A command to go on with. One that begins with "temporal-skill " is printed as this program must
 * be called here, with the connection and project flags of this call. Quote words with tsk_quote.
 * Repeats are dropped. */
void tsk_next(struct tsk_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A command as it must be typed here, for those who put one elsewhere than into "next". */
const char *tsk_command_as_typed(struct tsk_call *call, const char *command);
/* Its name in 0.1.0, for plugins that were compiled then. */
const char *tsk_spell(struct tsk_call *call, const char *command);

/* Prints these bytes and nothing else, in every output format (--raw, a file's content). */
void tsk_result_raw(struct tsk_call *call, const void *bytes, size_t size);

/* Streams one line to stdout at once, for commands that go on (--follow, --watch); text as it is,
 * so that it begins with a word of the command's own, or with two blanks where it is another's;
 * JSON where the output is JSON lines. The object is taken and freed. */
void tsk_emit(struct tsk_call *call, cJSON *object, const char *text);

/* ---- members; object may be any object inside the result. An existing member of that name is
 * replaced. ---- */

/* NULL: JSON null. Bad UTF-8 becomes U+FFFD. */
void tsk_set(cJSON *object, const char *key, const char *text);
void tsk_set_format(cJSON *object, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void tsk_set_bool(cJSON *object, const char *key, bool value);
/* A number; exact up to 2^53. */
void tsk_set_number(cJSON *object, const char *key, int64_t value);
/* A 64-bit id, as a string. */
void tsk_set_id(cJSON *object, const char *key, int64_t value);
/* Milliseconds, shown as seconds with up to three decimals. */
void tsk_set_seconds(cJSON *object, const char *key, int64_t milliseconds);
/* Unix nanoseconds, shown as RFC 3339 UTC with milliseconds; 0: null. */
void tsk_set_time(cJSON *object, const char *key, int64_t unix_ns);
/* A JSON text that is valid already (see tsk_payload_json): put in digit for digit. */
void tsk_set_json(cJSON *object, const char *key, const char *json);
cJSON *tsk_set_object(cJSON *object, const char *key);
cJSON *tsk_set_list(cJSON *object, const char *key);

void tsk_append(cJSON *list, const char *text);
void tsk_append_format(cJSON *list, const char *format, ...) __attribute__((format(printf, 2, 3)));
cJSON *tsk_append_object(cJSON *list);

/* JSON text as an object that lives as long as the call; NULL where it is not JSON. */
cJSON *tsk_parse(struct tsk_call *call, const char *json);

/* Runs another command with options as they would be typed (words after the command's name;
 * NULL-terminated), in a call of its own with the same settings, and returns its status. *result
 * receives its result, as it would be printed, and the first line of its text as the member
 * "headline": times and what others wrote as JSON stand in it digit for digit (cJSON_IsRaw). NULL
 * where it failed; on failure *error receives the message. Neither prints. */
enum tsk_status tsk_ask_command(struct tsk_call *call, const char *name, const char *const *words,
				cJSON **result, const char **error);

/* For those that ask for days: takes back what tsk_ask_command or tsk_parse gave, before the call
 * ends. */
void tsk_drop_result(struct tsk_call *call, cJSON *object);

/* Unix nanoseconds as RFC 3339 UTC. */
const char *tsk_time_text(struct tsk_call *call, int64_t unix_ns);
/* A duration as people say it: "350 ms", "12.4 s", "3 min 5 s", "2 h 4 min". */
const char *tsk_duration_text(struct tsk_call *call, int64_t milliseconds);
/* "1 workflow", "2 workflows", "3 queries". */
const char *tsk_count_text(struct tsk_call *call, int64_t count, const char *noun);
/* text cut to limit bytes at a character's edge, with its whole length said when cut: "abc... (4096
 * bytes)". */
const char *tsk_shorten(struct tsk_call *call, const char *text, size_t limit);
/* The nearest of the NULL-terminated names to a mistyped word, or NULL where none is near. */
const char *tsk_nearest(const char *word, const char *const *names);

#pragma GCC visibility pop

#endif
