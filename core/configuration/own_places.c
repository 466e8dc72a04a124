/* Places that are this user's: a HOME that is another's is nobody's here, and where the directories
 * that everybody has by default belong to another user, this one has some of its own. */
#include "load.h"

#include "settings/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *configuration_home(void)
{
	const char *home = getenv("HOME");
	struct stat about;

	if (!home || *home != '/')
		return NULL;
	/* It may be made yet. */
	if (stat(home, &about))
		return errno == ENOENT ? home : NULL;
	/* One of a container's root, say, whose process was given another user's number. */
	return S_ISDIR(about.st_mode) && (about.st_uid == geteuid() || !access(home, X_OK)) ? home
											    : NULL;
}

/* NULL: it is ours, or may become so. */
static const char *own_directory(struct tsk_call *call, const char *documented, uid_t *owner)
{
	struct stat about;

	if (lstat(documented, &about) || !S_ISDIR(about.st_mode) || about.st_uid == geteuid())
		return NULL;
	*owner = about.st_uid;
	return tsk_format(call, "%s-%u", documented, (unsigned)geteuid());
}

void configuration_own_directories(struct settings *settings, struct tsk_call *call)
{
	static const enum tsk_setting directories[] = { TSK_SETTING_LOG_DIR, TSK_SETTING_PID_DIR };
	struct tsk_text moved = { .call = call };

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		struct setting_value *value = &settings->values[directories[i]];
		const char *documented = settings_row(directories[i])->fallback, *own;
		uid_t owner = 0;

		if (value->rank != RANK_DEFAULT || !(own = own_directory(call, documented, &owner)))
			continue;
		value->value = settings_keep(settings, own);
		value->origin =
			settings_keep(settings, tsk_format(call, "default, as '%s' is of user %u",
							   documented, (unsigned)owner));
		tsk_text_join(&moved, ", ", "'%s' in place of '%s'", own, documented);
	}
	settings->moved = moved.size ? settings_keep(settings, tsk_text_value(&moved)) : NULL;
}
