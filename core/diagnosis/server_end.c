/* How a dev server ended: the line of its log that says it, and the record that it left. */
#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>

/* A panic is followed by a trace of each goroutine. */
#define LOOKED_AT       ((size_t)1 << 20)
#define LOOKED_AT_LINES 20000

static const char *const last_word_marks[] = { "Error: ", "panic: ", "fatal error: " };

static bool is_last_word(const char *line)
{
	for (size_t i = 0; i < sizeof(last_word_marks) / sizeof(*last_word_marks); i++)
		if (strncmp(line, last_word_marks[i], strlen(last_word_marks[i])) == 0)
			return true;
	return false;
}

/* The chain of constructors that the error came through says nothing to who reads it. */
static const char *without_chain(const char *text)
{
	for (const char *at = text; (at = strstr(at, ".go:"));) {
		const size_t digits = strspn(at += 4, "0123456789");
		if (digits && strncmp(at + digits, "): ", 3) == 0)
			text = at += digits + 3;
	}
	return text;
}

/* The last line that is such a word, for usage or a trace may follow it; else the last one. */
static const char *line_that_says_it(struct tsk_call *call, const char *text)
{
	const char *last = "", *word = NULL;
	size_t last_size = 0, word_size = 0;

	while (text && *text) {
		const size_t length = strcspn(text, "\n");
		if (is_last_word(text)) {
			word = text;
			word_size = length;
		} else if (length) {
			last = text;
			last_size = length;
		}
		text += length + (text[length] == '\n');
	}
	if (!word)
		return tsk_copy_bytes(call, last, last_size);
	const char *copy = tsk_copy_bytes(call, word, word_size);
	return without_chain(strncmp(copy, "Error: ", 7) == 0 ? copy + 7 : copy);
}

const char *tsk_server_last_word(struct tsk_call *call, const char *log)
{
	return line_that_says_it(call, tsk_file_tail(call, log, LOOKED_AT_LINES, LOOKED_AT, -1));
}

/* A later one may have taken its log. */
static bool has_log_alone(const struct tsk_record *all, const struct tsk_record *record)
{
	for (; all->kind; all++)
		if (all->path != record->path && strcmp(all->log, record->log) == 0)
			return false;
	return true;
}

const char *tsk_server_end(struct tsk_call *call)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	const struct tsk_record *all = tsk_record_list(call, "server", NULL);

	if (!all) {
		tsk_forget_error(call);
		return NULL;
	}
	for (const struct tsk_record *record = all; record->kind; record++) {
		if (!tsk_address_same(record->address, address) ||
		    tsk_record_whereabouts(call, record) != TSK_ENDED)
			continue;
		const char *word =
			has_log_alone(all, record) ? tsk_server_last_word(call, record->log) : "";
		return tsk_format(call,
				  "the dev server that ensure-server started there (pid %d) "
				  "has ended%s%s",
				  record->process.pid, *word ? "; it last wrote: " : "", word);
	}
	return NULL;
}
