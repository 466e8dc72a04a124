/* Whether the user trusts a project's INI file.
 *
 * A checkout is somebody else's word. What its temporal-skill.ini says of programs that would run
 * by themselves, of addresses and of places to write (the table's column, enum setting_of_project)
 * counts only once the user has said so of this very content at this very path; a changed file asks
 * again. The lines that do not count are said in one line on stderr. What it says of commands that
 * run when they are asked for (worker_cmd, starter_cmd, checks, runs) needs no such word, as with
 * make and npm test. See secrets.h for what trust does not do: hand out the user's secrets.
 */
#ifndef CORE_CONFIGURATION_PROJECT_TRUST_H
#define CORE_CONFIGURATION_PROJECT_TRUST_H

#include "settings/values.h"

/* What the list says of the file with this text; text "" or no list that can be believed: nothing.
 */
enum project_trust project_trust_of(struct tsk_call *call, const char *path, const char *text);

/* Says in one line which of the project's lines do not count, and what makes them count. */
void project_trust_warn(struct tsk_call *call);

#endif
