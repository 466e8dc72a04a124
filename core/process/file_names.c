/* Names of files, made from names that people chose: of projects, servers, locks. */
#include "internal.h"

#include "text/utf8.h"

#include <string.h>

/* A file name has 255 bytes at most; the rest is for kind, hash, ending and the six letters of a
 * temporary name. */
#define NAME_SIZE_MOST ((size_t)120)

uint64_t name_hash(const char *text, uint64_t hash)
{
	for (; *text; text++) {
		hash ^= (unsigned char)*text;
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

const char *name_plain(struct tsk_call *call, const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	char *safe = tsk_copy_bytes(call, name, strnlen(name, NAME_SIZE_MOST));

	if (!*safe)
		return "_";
	for (char *at = safe; *at; at++)
		if (!strchr(plain, *at))
			*at = '_';
	return safe;
}

const char *name_readable(struct tsk_call *call, const char *name)
{
	char *safe = tsk_copy(call, name);
	size_t size = strlen(safe), at = 0;

	if (!size)
		return "_";
	while (at < size) {
		unsigned char *byte = (unsigned char *)safe + at;
		size_t length = utf8_length(byte, size - at);

		if (at + (length ? length : 1) > NAME_SIZE_MOST)
			break;
		/* The control characters beyond ASCII, U+0080 to U+009F, are C2 80 to C2 9F. */
		if (length == 2 && byte[0] == 0xC2 && byte[1] < 0xA0)
			memset(byte, '_', 2);
		else if (!length || *byte < ' ' || *byte == 0x7F || *byte == '/')
			*byte = '_';
		at += length ? length : 1;
	}
	safe[at] = '\0';
	return safe;
}
