/* Where a worker's passport lies: beside its record, for as long as that is there. */
#include "internal.h"

#include <temporal-skill/passport.h>
#include <temporal-skill/payload.h>

#include <cjson/cJSON.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSPORT_ENDING ".passport"
#define SOURCES_ENDING  ".sources"
#define BEFORE_ENDING   ".sources.before"
#define HANDED_ENDING   ".sources.handed"

#define INDEX           "sources.json"
#define FILE_SIZE_MOST  ((size_t)8 << 20)

static const char *beside(struct tsk_call *call, const struct tsk_record *record,
			  const char *ending)
{
	const char *path = record->path ? record->path : record_own_path(call, record);
	size_t length = strlen(path), json = strlen(RECORD_ENDING);

	if (length > json && strcmp(path + length - json, RECORD_ENDING) == 0)
		length -= json;
	return tsk_format(call, "%.*s%s", (int)length, path, ending);
}

const char *tsk_passport_file(struct tsk_call *call, const struct tsk_record *record)
{
	return beside(call, record, PASSPORT_ENDING);
}

const char *tsk_passport_sources(struct tsk_call *call, const struct tsk_record *record)
{
	return beside(call, record, SOURCES_ENDING);
}

const char *tsk_passport_sources_before(struct tsk_call *call, const struct tsk_record *record)
{
	return beside(call, record, BEFORE_ENDING);
}

void tsk_passport_drop(struct tsk_call *call, const struct tsk_record *record)
{
	unlink(tsk_passport_file(call, record));
	tsk_temporary_drop(tsk_passport_sources(call, record));
	tsk_temporary_drop(tsk_passport_sources_before(call, record));
}

/* ---- of the worker before ---- */

static bool is_on_disk(struct tsk_call *call, const char *path, const char *kept)
{
	size_t size = 0, kept_size = 0;
	const char *text = tsk_file_read(call, path, FILE_SIZE_MOST, &size);
	const char *kept_text = tsk_file_read(call, kept, FILE_SIZE_MOST, &kept_size);
	const bool same =
		text && kept_text && size == kept_size && memcmp(text, kept_text, size) == 0;

	tsk_forget_error(call);
	return same;
}

/* Whether a file of the project is not as it was kept; what has no index was never whole. */
static bool has_changed(struct tsk_call *call, const char *folder)
{
	size_t size = 0;
	const char *text =
		tsk_file_read(call, tsk_format(call, "%s/" INDEX, folder), FILE_SIZE_MOST, &size);
	/* The project's own process wrote it. */
	cJSON *index =
		text && tsk_json_check(text, size, NULL) ? cJSON_ParseWithLength(text, size) : NULL;
	bool changed = false;

	tsk_forget_error(call);
	for (const cJSON *file = index ? index->child : NULL; file && !changed; file = file->next) {
		const char *name = cJSON_GetStringValue(file);
		changed = name && !strchr(name, '/') &&
			  !is_on_disk(call, file->string, tsk_format(call, "%s/%s", folder, name));
	}
	cJSON_Delete(index);
	return changed;
}

static const char *handed_over(struct tsk_call *call, const struct tsk_record *record)
{
	return beside(call, record, HANDED_ENDING);
}

void tsk_passport_hand_over(struct tsk_call *call, const struct tsk_record *record)
{
	const char *sources = tsk_passport_sources(call, record);
	const char *kept =
		has_changed(call, sources) ? sources : tsk_passport_sources_before(call, record);

	tsk_temporary_drop(handed_over(call, record));
	rename(kept, handed_over(call, record));
}

enum tsk_status tsk_passport_begin(struct tsk_call *call, const struct tsk_record *record)
{
	const char *path = tsk_passport_file(call, record);

	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	tsk_passport_drop(call, record);
	rename(handed_over(call, record), tsk_passport_sources_before(call, record));
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return tsk_fail(call, file_status(errno), "cannot make '%s': %s", path,
				strerror(errno));
	close(file);
	return TSK_OK;
}
