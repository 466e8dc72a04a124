/* Reading the settings from all the places where they can be chosen. */
#ifndef CORE_CONFIGURATION_LOAD_H
#define CORE_CONFIGURATION_LOAD_H

#include "settings/values.h"

/* Set in the environment of what our completion scripts ask: nobody has asked for anything yet, so
 * nothing that an untrusted checkout names is reached. */
#define COMPLETION_VARIABLE "TEMPORAL_SKILL_COMPLETES"

/* Reads environment and INI files, which runs nothing. */
enum tsk_status configuration_load_files(struct settings *settings, struct tsk_call *call);

/* Reads environment, INI files and the CLI's profile, after the flags were set with settings_set;
 * what of it goes together is settled (settings/secrets.h). */
enum tsk_status configuration_load(struct settings *settings, struct tsk_call *call);

/* HOME, where this user can look into it, or nothing is there yet; NULL: there is none for it.
 * (own_places.c) */
const char *configuration_home(void);

/* Gives the user directories of its own for logs and records where nobody chose any, and those that
 * all have by default belong to another user. (own_places.c) */
void configuration_own_directories(struct settings *settings, struct tsk_call *call);

/* Fills in the commands of worker and starter where nobody named them, as the project's folder
 * suggests (project_commands.c). */
void configuration_guess_commands(struct settings *settings, struct tsk_call *call);

/* Whether the INI files have sections [worker NAME], right or wrong (project_workers.c). */
bool configuration_has_workers(const struct settings *settings);
/* Whether worker_cmd is "none" (keeps_no_worker.c). */
bool configuration_worker_is_none(const struct tsk_call *call);

#endif
