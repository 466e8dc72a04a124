/* INI files, line by line. */
#include "ini_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A recipe step or a JSON result may be long; a line of 64 kB is not a setting any more. */
#define LONGEST_LINE 65536

struct reading {
	FILE *file;
	int line;
	int length;    /* of the line, as far as it was read; 0: the next byte begins one */
	bool binary;   /* it has a NUL: no text */
	bool too_long; /* inih would take the rest for a line of its own */
	ini_line *each;
	void *what;
	enum tsk_status status;
};

static char *next_line(char *line, int size, void *stream)
{
	struct reading *reading = stream;
	int used = 0, c = 0;

	if (reading->binary || reading->too_long)
		return NULL;
	/* inih asks again for the rest of a line that did not fit: that is not a new line. */
	reading->line += !reading->length;
	/* Not fgets: behind a NUL it would hide the line's end, and the lines would run together.
	 */
	while (used < size - 1 && c != '\n' && (c = getc(reading->file)) != EOF) {
		reading->binary |= !c;
		line[used++] = (char)c;
	}
	line[used] = '\0';
	reading->length = c == '\n' || c == EOF ? 0 : reading->length + used;
	reading->too_long = reading->length >= LONGEST_LINE - 1;
	return used && !reading->binary && !reading->too_long ? line : NULL;
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;

	if (reading->status == TSK_OK)
		reading->status = reading->each(reading->what, section, key, value, reading->line);
	return reading->status == TSK_OK;
}

/* NULL with what is wrong, or with NULL for it: there is none. */
static FILE *open_ini(const char *path, const char **problem)
{
	/* O_NONBLOCK: to open a FIFO would wait for its writer. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat about;
	FILE *file = NULL;

	*problem = descriptor < 0 && errno == ENOENT ? NULL : strerror(errno);
	if (descriptor < 0)
		return NULL;
	if (fstat(descriptor, &about) || (!S_ISREG(about.st_mode) && !S_ISCHR(about.st_mode)))
		*problem = "it is not a regular file";
	else if (!(file = fdopen(descriptor, "r")))
		*problem = strerror(errno);
	if (!file)
		close(descriptor);
	return file;
}

enum tsk_status ini_read(struct tsk_call *call, const char *path, ini_line *each, void *what,
			 bool *exists)
{
	struct reading reading = { .each = each, .what = what, .status = TSK_OK };
	const char *problem;

	/* Debian's inih cuts lines at 199 bytes and drops what follows " ;" unless told otherwise.
	 */
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LONGEST_LINE;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;

	reading.file = open_ini(path, &problem);
	if (exists)
		*exists = reading.file != NULL;
	if (!reading.file && !problem)
		return TSK_OK;
	if (!reading.file)
		return tsk_fail(call, TSK_USAGE, "cannot read '%s': %s", path, problem);
	int bad_line = ini_parse_stream(next_line, &reading, on_line, &reading);
	fclose(reading.file);
	/* Of such a line only a part was looked at. */
	if (reading.binary || reading.too_long)
		tsk_forget_error(call);
	if (reading.binary)
		return tsk_fail(call, TSK_USAGE, "%s:%d: a NUL byte: this is no text", path,
				reading.line);
	if (reading.too_long)
		return tsk_fail(call, TSK_USAGE, "%s:%d: a line of more than %d bytes", path,
				reading.line, LONGEST_LINE - 2);
	if (reading.status != TSK_OK)
		return reading.status;
	if (bad_line < 0)
		return tsk_fail(call, TSK_INTERNAL, "cannot read '%s': out of memory", path);
	if (bad_line > 0)
		return tsk_fail(call, TSK_USAGE,
				"%s:%d: expected [section], key = value or a comment", path,
				bad_line);
	return TSK_OK;
}
