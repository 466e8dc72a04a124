/* Where things are: the program, its plugins, the channel driver, the skill's files.
 *
 * Three layouts work: a build tree (build/temporal-skill, build/plugins, skills), an installation
 * (bin/temporal-skill, lib/temporal-skill, share/temporal-skill/skills), and a skill folder
 * (bin/temporal-skill, bin/plugins, scripts).
 */
#ifndef CORE_OUTPUT_INSTALLATION_H
#define CORE_OUTPUT_INSTALLATION_H

#include "call/call.h"

/* Remembers argv[0], for tsk_program_spelling. */
void places_called_as(const char *word);

/* Takes the folder of the script that called us, if one did, out of the environment: it is not for
 * those we start. */
void places_take_scripts(void);
/* That folder as it was typed, "" where none did. */
const char *places_scripts(void);

/* The built-in plugins' folder; NULL: there is none. */
const char *places_plugins(struct tsk_call *call);
const char *places_user_plugins(struct tsk_call *call);

/* The channel driver's file; NULL: there is none. */
const char *places_channel(struct tsk_call *call);

#endif
