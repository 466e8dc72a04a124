/* Reading the settings from all the places where they can be chosen. */
#ifndef CORE_CONFIGURATION_LOAD_H
#define CORE_CONFIGURATION_LOAD_H

#include "settings/values.h"

/* Reads environment, INI files and the CLI's profile, after the flags were set with settings_set.
 */
enum tsk_status configuration_load(struct settings *settings, struct tsk_call *call);

/* Fills in the commands of worker and starter where nobody named them, as the project's folder
 * suggests (project_commands.c). */
void configuration_guess_commands(struct settings *settings, struct tsk_call *call);

#endif
