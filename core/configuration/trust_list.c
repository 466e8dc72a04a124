/* What the user trusts, in a file of lines. */
#include "trust_list.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A few lines a project. */
#define LARGEST_LIST ((size_t)1 << 20)

_Static_assert(TRUST_KEY_SIZE == SHA256_DIGEST_STRING_LENGTH, "a key is a SHA-256 in hexadecimal");

void trust_key(const char *path, const void *bytes, size_t size, char key[TRUST_KEY_SIZE])
{
	SHA2_CTX context;

	/* The NUL between them keeps a path from being continued by the content. */
	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)path, strlen(path) + 1);
	SHA256Update(&context, bytes, size);
	SHA256End(&context, key);
}

bool trust_writable_by_others(const struct stat *status)
{
	/* root may own it: root can write everything anyway. */
	bool owner = status->st_uid == geteuid() || status->st_uid == 0;

	return !owner || (status->st_mode & (S_IWGRP | S_IWOTH));
}

const char *trust_list_path(struct tsk_call *call)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data && *data == '/')
		return tsk_format(call, "%s/temporal-skill/trusted", data);
	if (home && *home == '/')
		return tsk_format(call, "%s/.local/share/temporal-skill/trusted", home);
	return NULL;
}

/* "" where there is none; NULL where it cannot be believed. */
const char *trust_list_read(struct tsk_call *call)
{
	const char *path = trust_list_path(call);
	struct stat status;

	if (!path || lstat(path, &status))
		return "";
	if (!S_ISREG(status.st_mode) || trust_writable_by_others(&status))
		return NULL;
	const char *text = tsk_file_read(call, path, LARGEST_LIST, NULL);
	if (!text)
		tsk_forget_error(call);
	return text;
}

bool trust_list_has(const char *list, const char *line)
{
	size_t length = strlen(line);

	for (const char *at = list; (at = strstr(at, line)); at += length)
		if ((at == list || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
			return true;
	return false;
}

/* The list without the lines about a path. */
static const char *list_without(struct tsk_call *call, const char *list, const char *path)
{
	struct tsk_text kept = { .call = call };

	while (*list) {
		size_t length = strcspn(list, "\n");
		const char *line = tsk_copy_bytes(call, list, length);
		const char *about = strchr(line, '/');
		if (about && strcmp(about, path) != 0)
			tsk_text_format(&kept, "%s\n", line);
		list += length + (list[length] == '\n');
	}
	return tsk_text_value(&kept);
}

/* One writer at a time, or a denial could be lost. The lock is let go by closing it. */
static int lock_list(struct tsk_call *call, const char *file)
{
	const char *path = tsk_format(call, "%s.lock", file);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	while (lock >= 0 && flock(lock, LOCK_EX))
		if (errno != EINTR || tsk_interrupted(call)) {
			close(lock);
			lock = -1;
		}
	if (lock < 0)
		tsk_fail(call, TSK_UNAVAILABLE, "cannot lock '%s': %s", path, strerror(errno));
	return lock;
}

static enum tsk_status change_list(struct tsk_call *call, const char *file, const char *path,
				   const char *line)
{
	const char *list = trust_list_read(call);

	if (!list)
		return tsk_fail(call, TSK_DENIED, "others can write '%s'", file);
	const char *text = tsk_format(call, "%s%s\n", list_without(call, list, path), line);
	return tsk_file_write(call, file, text, strlen(text));
}

enum tsk_status trust_list_write(struct tsk_call *call, const char *path, const char *line)
{
	const char *file = trust_list_path(call);

	if (!file)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot keep what is trusted: HOME is not set");
	const char *folder = tsk_copy_bytes(call, file, strlen(file) - strlen("/trusted"));
	if (tsk_private_directory(call, folder))
		return tsk_error(call);
	int lock = lock_list(call, file);
	if (lock < 0)
		return tsk_error(call);
	enum tsk_status status = change_list(call, file, path, line);
	close(lock);
	return status;
}
