/* What the fuzz targets share: a call with default settings, input taken piece by piece, a file
 * that holds it.
 *
 * A target is a libFuzzer program, built and run by `make fuzz`. The arena keeps its pieces apart
 * under AddressSanitizer, so that reading past one is seen.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "call/call.h"
#include "plugins/registry.h"
#include "settings/values.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static inline void require(bool condition)
{
	if (!condition)
		abort();
}

static inline void require_utf8(const char *text)
{
	size_t size = strlen(text);

	for (size_t at = 0; at < size;) {
		size_t length = utf8_length((const uint8_t *)text + at, size - at);

		require(length > 0);
		at += length;
	}
}

/* ---- a call ---- */

struct fuzz_world {
	struct settings settings;
	struct registry registry;
	struct tsk_call call;
};

/* Notes are switched off: they would drown libFuzzer's own lines. */
static inline struct tsk_call *fuzz_begin(struct fuzz_world *world)
{
	memset(world, 0, sizeof(*world));
	settings_init(&world->settings);
	registry_init(&world->registry);
	call_init(&world->call, &world->settings, &world->registry);
	settings_set(&world->settings, &world->call, TSK_SETTING_QUIET, "true", "fuzz", RANK_FLAG);
	return &world->call;
}

static inline void fuzz_end(struct fuzz_world *world)
{
	call_release(&world->call);
	registry_release(&world->registry);
	settings_release(&world->settings);
}

/* ---- input ---- */

struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

/* 0 where there is nothing left. */
static inline unsigned fuzz_byte(struct fuzz_input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

/* Bytes behind their length (two bytes, low one first), as many of them as there are. */
static inline const uint8_t *fuzz_chunk(struct fuzz_input *input, size_t *size)
{
	const uint8_t *chunk;

	*size = fuzz_byte(input);
	*size |= (size_t)fuzz_byte(input) << 8;
	if (*size > input->left)
		*size = input->left;
	chunk = input->at;
	input->at += *size;
	input->left -= *size;
	return chunk;
}

/* A text that ends with a NUL, or with the input. */
static inline char *fuzz_text(struct tsk_call *call, struct fuzz_input *input)
{
	const uint8_t *end = input->left ? memchr(input->at, 0, input->left) : NULL;
	size_t size = end ? (size_t)(end - input->at) : input->left;
	char *text = tsk_copy_bytes(call, input->at, size);

	input->at += size + (end != NULL);
	input->left -= size + (end != NULL);
	return text;
}

/* ---- a file ---- */

/* Makes a file in memory hold these bytes; returns its path, which stays the same. */
static inline const char *fuzz_file(const uint8_t *bytes, size_t size)
{
	static char path[32];
	static int file = -1;

	if (file < 0) {
		file = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	require(ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size);
	return path;
}

#endif
