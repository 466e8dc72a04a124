#include "ini_file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

/* A recipe step or a JSON result may be long; a line of 64 kB is not a setting any more. */
#define LONGEST_LINE 65536

struct reading {
	FILE *file;
	int line;
	bool binary; /* it has a NUL: no text */
	ini_line *each;
	void *what;
	enum tsk_status status;
};

static char *next_line(char *line, int size, void *stream)
{
	struct reading *reading = stream;
	int used = 0, c = 0;

	/* Not fgets: behind a NUL it would hide the line's end, and the lines would run together.
	 */
	while (used < size - 1 && c != '\n' && (c = getc(reading->file)) != EOF) {
		reading->binary |= !c;
		line[used++] = (char)c;
	}
	line[used] = '\0';
	/* inih asks again for the rest of a line that did not fit: that is not a new line. */
	if (c == '\n' || c == EOF)
		reading->line++;
	return used && !reading->binary ? line : NULL;
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;

	if (reading->status == TSK_OK)
		reading->status = reading->each(reading->what, section, key, value, reading->line);
	return reading->status == TSK_OK;
}

enum tsk_status ini_read(struct tsk_call *call, const char *path, ini_line *each, void *what,
			 bool *exists)
{
	struct reading reading = { .each = each, .what = what, .status = TSK_OK };

	/* Debian's inih cuts lines at 199 bytes and drops what follows " ;" unless told otherwise.
	 */
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LONGEST_LINE;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;

	reading.file = fopen(path, "re");
	if (exists)
		*exists = reading.file != NULL;
	if (!reading.file && errno == ENOENT)
		return TSK_OK;
	if (!reading.file)
		return tsk_fail(call, TSK_USAGE, "cannot read '%s': %s", path, strerror(errno));
	int problem = ini_parse_stream(next_line, &reading, on_line, &reading);
	fclose(reading.file);
	if (reading.status != TSK_OK)
		return reading.status;
	if (reading.binary)
		return tsk_fail(call, TSK_USAGE, "%s:%d: a NUL byte: this is no text", path,
				reading.line);
	if (problem < 0)
		return tsk_fail(call, TSK_INTERNAL, "cannot read '%s': out of memory", path);
	if (problem > 0)
		return tsk_fail(call, TSK_USAGE,
				"%s:%d: expected [section], key = value or a comment", path,
				problem);
	return TSK_OK;
}
