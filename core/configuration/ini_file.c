/* INI files, line by line. */
#include "ini_file.h"

#include "call/call.h"

#include <temporal-skill/process.h>

#include <errno.h>
#include <ini.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A recipe step or a JSON result may be long; a line of 64 kB is not a setting any more. */
#define LONGEST_LINE 65536
#define LARGEST_FILE ((size_t)4 << 20)

struct reading {
	struct tsk_call *call;
	const char *text; /* what is still to be read */
	int line;
	int length;    /* of the line, as far as it was read; 0: the next byte begins one */
	bool too_long; /* inih would take the rest for a line of its own */
	ini_line *each;
	void *what;
	enum tsk_status status;
};

/* inih tells of a section by its keys: one that has none would go unseen. */
static enum tsk_status tell_section(struct tsk_call *call, struct reading *reading,
				    const char *line)
{
	/* A byte order mark of the first line is none of it. */
	const bool marked = reading->line == 1 && !strncmp(line, "\xEF\xBB\xBF", 3);
	const char *begin = line + (marked ? 3 : 0);
	const char *end = strchr(begin, ']');

	begin += strspn(begin, " \t");
	if (*begin != '[' || !end)
		return TSK_OK;
	return reading->each(reading->what,
			     tsk_copy_bytes(call, begin + 1, (size_t)(end - begin - 1)), NULL, NULL,
			     reading->line);
}

static char *next_line(char *line, int size, void *stream)
{
	struct reading *reading = stream;

	if (reading->too_long || !*reading->text)
		return NULL;
	/* inih asks again for the rest of a line that did not fit: that is not a new line. */
	bool begins = !reading->length;
	reading->line += begins;
	size_t whole = strcspn(reading->text, "\n");
	whole += reading->text[whole] == '\n';
	size_t used = whole < (size_t)size ? whole : (size_t)size - 1;
	memcpy(line, reading->text, used);
	line[used] = '\0';
	reading->text += used;
	reading->length =
		line[used - 1] == '\n' || !*reading->text ? 0 : reading->length + (int)used;
	reading->too_long = reading->length >= LONGEST_LINE - 1;
	if (begins && !reading->too_long)
		reading->status = tell_section(reading->call, reading, line);
	return reading->too_long || reading->status ? NULL : line;
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;

	if (reading->status == TSK_OK)
		reading->status = reading->each(reading->what, section, key, value, reading->line);
	return reading->status == TSK_OK;
}

static bool is_link(const char *path)
{
	struct stat about;

	return !lstat(path, &about) && S_ISLNK(about.st_mode);
}

/* Behind a NUL the lines would run together. */
static enum tsk_status refuse_binary(struct tsk_call *call, const char *path, const char *text)
{
	int line = 1;

	for (const char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n'))
		line++;
	return tsk_fail(call, TSK_USAGE, "%s:%d: a NUL byte: this is no text", path, line);
}

enum tsk_status ini_read(struct tsk_call *call, const char *path, bool of_checkout,
			 const char **text)
{
	size_t size = 0;

	*text = "";
	int missing = access(path, F_OK) ? errno : 0;
	if ((missing == ENOENT || missing == ENOTDIR) && !is_link(path))
		return TSK_OK;
	/* Whether it is there cannot be told. */
	if (missing && tsk_path_status(missing, TSK_USAGE) != TSK_USAGE)
		return tsk_fail(call, tsk_path_status(missing, TSK_USAGE), "cannot open '%s': %s",
				path, strerror(missing));
	*text = of_checkout ? tsk_given_checkout_file_read(call, path, LARGEST_FILE, &size)
			    : tsk_given_file_read(call, path, LARGEST_FILE, &size);
	if (!*text)
		return tsk_error(call);
	return strlen(*text) == size ? TSK_OK : refuse_binary(call, path, *text);
}

enum tsk_status ini_each_line(struct tsk_call *call, const char *path, const char *text,
			      ini_line *each, void *what)
{
	struct reading reading = {
		.call = call, .text = text, .each = each, .what = what, .status = TSK_OK
	};

	/* Debian's inih cuts lines at 199 bytes and drops what follows " ;" unless told otherwise.
	 */
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LONGEST_LINE;
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;

	int bad_line = ini_parse_stream(next_line, &reading, on_line, &reading);
	/* Of such a line only a part was looked at. */
	if (reading.too_long) {
		tsk_forget_error(call);
		return tsk_fail(call, TSK_USAGE, "%s:%d: a line of more than %d bytes", path,
				reading.line, LONGEST_LINE - 2);
	}
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
