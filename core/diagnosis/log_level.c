/* How grave a log record says that it is: as words, as JSON of several loggers, as logfmt. */
#include "log_records.h"
#include "traceback_log.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What stands before the JSON of a line: a time, a container's name. */
#define BEFORE_BYTES 120

#define LETTERS      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

static enum log_level level_named(const char *name, size_t size)
{
	static const struct {
		const char *name;
		enum log_level level;
	} names[] = {
		{ "error", LOG_ERROR },       { "err", LOG_ERROR },
		{ "severe", LOG_ERROR },      { "critical", LOG_FATAL },
		{ "crit", LOG_FATAL },        { "fatal", LOG_FATAL },
		{ "panic", LOG_FATAL },       { "dpanic", LOG_FATAL },
		{ "alert", LOG_FATAL },       { "emergency", LOG_FATAL },
		{ "emerg", LOG_FATAL },       { "exception", LOG_ERROR },
		{ "warning", LOG_LOWER },     { "warn", LOG_LOWER },
		{ "notice", LOG_LOWER },      { "info", LOG_LOWER },
		{ "information", LOG_LOWER }, { "success", LOG_LOWER },
		{ "debug", LOG_LOWER },       { "trace", LOG_LOWER },
		{ "verbose", LOG_LOWER },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i].name) == size && !strncasecmp(names[i].name, name, size))
			return names[i].level;
	return LOG_NO_LEVEL;
}

static enum log_level earlier_of(const char **first, const char *at, enum log_level level,
				 enum log_level before)
{
	if (!at || level == LOG_NO_LEVEL || (*first && *first <= at))
		return before;
	*first = at;
	return level;
}

/* ---- words ---- */

/* Where a word stands in a line by itself; NULL: nowhere. */
static const char *find_word(const char *line, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = line; (at = strstr(at, word)); at += size)
		if ((at == line || !strchr(LETTERS, at[-1])) &&
		    (!at[size] || !strchr(LETTERS, at[size])))
			return at;
	return NULL;
}

/* In capitals, as most formats write it. The first word that names a level is it: the message may
 * name others. */
static enum log_level in_capitals(const char *line, const char **first)
{
	static const char *const words[] = { "ERROR", "CRITICAL", "FATAL",   "SEVERE", "DEBUG",
					     "INFO",  "WARN",     "WARNING", "NOTICE" };
	enum log_level level = LOG_NO_LEVEL;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		level = earlier_of(first, find_word(line, words[i]),
				   level_named(words[i], strlen(words[i])), level);
	return level;
}

/* "2026-11-29 19:29:47 [error    ] cannot start": structlog on a terminal. */
static enum log_level in_brackets(const char *line, const char **first, enum log_level level)
{
	for (const char *at = strchr(line, '['); at; at = strchr(at + 1, '[')) {
		size_t size = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");
		size_t blanks = strspn(at + 1 + size, " ");

		if (size && at[1 + size + blanks] == ']')
			level = earlier_of(first, at, level_named(at + 1, size), level);
	}
	return level;
}

/* "level=fatal", "lvl=\"error\"" */
static enum log_level in_logfmt(const char *line, const char **first, enum log_level level)
{
	static const char *const keys[] = { "level=", "lvl=", "severity=" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *at = strstr(line, keys[i]), *value;

		if (!at || (at > line && at[-1] != ' ' && at[-1] != '\t'))
			continue;
		value = at + strlen(keys[i]);
		value += *value == '"';
		level = earlier_of(first, at, level_named(value, strspn(value, LETTERS)), level);
	}
	return level;
}

/* ---- JSON ---- */

/* The value of the first member of that name; an escaped quote is within a text. */
static const char *member(const char *json, const char *key)
{
	size_t size = strlen(key);

	for (const char *at = json; (at = strstr(at, key)); at += size) {
		const char *end = at + size;

		if (at == json || at[-1] != '"' || at - 1 == json || at[-2] == '\\' || *end != '"')
			continue;
		end += 1 + strspn(end + 1, " ");
		if (*end == ':')
			return end + 1 + strspn(end + 1, " ");
	}
	return NULL;
}

/* pino and bunyan count 50 for an error and 60 for a fatal one, Python's levelno 40 and 50. */
static enum log_level level_numbered(const char *value, int error)
{
	long number = strtol(value, NULL, 10);

	return number >= error + 10 ? LOG_FATAL : number >= error ? LOG_ERROR : LOG_LOWER;
}

static enum log_level in_json(const char *json)
{
	static const char *const keys[] = { "level",     "levelname",    "severity",
					    "log.level", "level_name",   "lvl",
					    "levelName", "severityText", "@level" };
	enum log_level level = LOG_NO_LEVEL;
	const char *value;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && level == LOG_NO_LEVEL; i++) {
		value = member(json, keys[i]);
		/* loguru: "level": {"icon": "…", "name": "ERROR", "no": 40} */
		if (value && *value == '{')
			value = member(value, "name");
		if (value && *value == '"')
			level = level_named(value + 1, strspn(value + 1, LETTERS));
		else if (value && isdigit((unsigned char)*value))
			level = level_numbered(value, 50);
	}
	value = level == LOG_NO_LEVEL ? member(json, "levelno") : NULL;
	return value && isdigit((unsigned char)*value) ? level_numbered(value, 40) : level;
}

/* ---- all ---- */

static bool has_one_of(const char *line, const char *const *marks)
{
	for (; *marks; marks++)
		if (strstr(line, *marks))
			return true;
	return false;
}

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

enum log_level log_level_of(const char *line)
{
	static const char *const fatal[] = { "Exception in worker process",
					     "Application startup failed. Exiting.",
					     "Fatal Python error", NULL };
	static const char *const error[] = { "panicked at", NULL };
	const char *first = NULL, *brace = strchr(line, '{');
	enum log_level level = in_capitals(line, &first);

	if (has_one_of(line, fatal))
		return LOG_FATAL;
	if (brace && brace - line < BEFORE_BYTES && (!first || first > brace)) {
		enum log_level told = in_json(brace);
		if (told != LOG_NO_LEVEL)
			return told;
	}
	level = in_brackets(line, &first, level);
	level = in_logfmt(line, &first, level);
	if (has_one_of(line, error) || begins(line, "error: ") || begins(line, "fail: "))
		return level == LOG_FATAL ? LOG_FATAL : LOG_ERROR;
	return begins(line, "crit: ") ? LOG_FATAL : level;
}

bool log_is_error_record(const char *line)
{
	return log_level_of(line) >= LOG_ERROR;
}
