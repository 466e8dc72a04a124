/* Where a worker's passport lies: beside its record, for as long as that is there. */
#include "internal.h"

#include <temporal-skill/passport.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PASSPORT_ENDING ".passport"
#define SOURCES_ENDING  ".sources"

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

void tsk_passport_drop(struct tsk_call *call, const struct tsk_record *record)
{
	unlink(tsk_passport_file(call, record));
	tsk_temporary_drop(tsk_passport_sources(call, record));
}

enum tsk_status tsk_passport_begin(struct tsk_call *call, const struct tsk_record *record)
{
	const char *path = tsk_passport_file(call, record);

	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	tsk_passport_drop(call, record);
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return tsk_fail(call, file_status(errno), "cannot make '%s': %s", path,
				strerror(errno));
	close(file);
	return TSK_OK;
}
