/* The server as this machine's processes show it: what its requests do not tell, because they are
 * not answered. */
#include "client.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The value of --NAME VALUE, --NAME=VALUE or a short -f VALUE; NULL: not given. */
static const char *value_of(const struct tsk_strings *words, const char *name)
{
	const size_t length = strlen(name);

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		if (!word || strncmp(word, name, length) != 0)
			continue;
		if (word[length] == '=')
			return word + length + 1;
		if (!word[length])
			return i + 1 < words->count ? words->items[i + 1] : NULL;
	}
	return NULL;
}

static bool has_word(const struct tsk_strings *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i], word) == 0)
			return true;
	return false;
}

static const char *database_of(struct tsk_call *call, const struct tsk_process_info *process)
{
	const char *given = value_of(&process->words, "--db-filename");

	if (!given)
		given = value_of(&process->words, "-f");
	if (!given || !*given || *given == '/')
		return given && *given ? given : NULL;
	return process->directory ? tsk_format(call, "%s/%s", process->directory, given) : NULL;
}

/* The journal of a transaction has a copy of each page that it changes, and gives the room back
 * when it failed. */
#define ROOM_LEAST ((size_t)256 << 10)

static bool is_full(const struct tsk_process_info *process, const char *file)
{
	struct statvfs disk;

	if (statvfs(file, &disk) || !disk.f_blocks)
		return false;
	/* What is kept back is for root. */
	return (process->owner ? disk.f_bavail : disk.f_bfree) * disk.f_frsize < ROOM_LEAST;
}

/* As long as it runs, all is still there: lost it is with the process. */
static void look_at_database(struct tsk_call *call, struct tsk_server_here *here)
{
	const int pid = here->process->id.pid;
	const char *link;
	const enum tsk_open_file state = tsk_process_open_file(call, pid, here->database, &link);

	here->database_lost = state == TSK_FILE_REMOVED || state == TSK_FILE_NOT_OPEN;
	if (state == TSK_FILE_REMOVED) {
		/* The descriptor still has all of it, and no other file is written over. */
		const char *copy = access(here->database, F_OK)
					   ? here->database
					   : tsk_format(call, "%s.rescued", here->database);
		here->trouble = tsk_format(
			call,
			"(pid %d) cannot write any more: its database file '%s' was deleted. What "
			"is in it ends with the process: copy it, then start the server anew with "
			"the copy",
			pid, here->database);
		here->remedy = tsk_format(call, "cp %s %s", link, tsk_quote(call, copy));
	} else if (state == TSK_FILE_NOT_OPEN) {
		here->trouble = tsk_format(call,
					   "(pid %d) cannot write any more: its database file '%s' "
					   "was moved away, or another was put in its place. It "
					   "goes on once the file is back",
					   pid, here->database);
	} else if (state == TSK_FILE_OPEN && is_full(here->process, here->database)) {
		here->trouble =
			tsk_format(call,
				   "(pid %d) has no room to write: the disk of its database "
				   "file '%s' is full",
				   pid, here->database);
		here->remedy = tsk_format(call, "df -h %s", tsk_quote(call, here->database));
	}
}

const struct tsk_server_here *tsk_server_here(struct tsk_call *call)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	struct tsk_server_here *here = tsk_alloc(call, sizeof(*here));
	struct tsk_address parts;

	if (!tsk_address_is_here(address) || !tsk_address_split(address, &parts))
		return here;
	here->process = tsk_port_holder(call, parts.port, NULL);
	if (!here->process)
		return here;
	here->is_dev_server = has_word(&here->process->words, "start-dev");
	here->database = here->is_dev_server ? database_of(call, here->process) : NULL;
	here->suspended = here->process->state == 'T' || here->process->state == 't';
	if (here->suspended) {
		here->trouble = tsk_format(call, "'%s' (pid %d) is suspended by a signal",
					   here->process->name, here->process->id.pid);
		here->remedy = tsk_format(call, "kill -CONT %d", here->process->id.pid);
	} else if (here->database) {
		look_at_database(call, here);
	}
	return here;
}
