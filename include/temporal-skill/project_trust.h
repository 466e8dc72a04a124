/* Trust in a project's temporal-skill.ini: a checkout's word on what runs and where things are
 * sent, which does not count before someone has looked at it.
 *
 * What is trusted is a key: the SHA-256 of the file's absolute path and its content. A changed or
 * moved file has another key and asks again.
 */
#ifndef TEMPORAL_SKILL_PROJECT_TRUST_H
#define TEMPORAL_SKILL_PROJECT_TRUST_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

/* Trusts the INI file of the call's project with its content as it was read for this call;
 * with_credentials: the user's secrets may go where it says. *path receives the file's absolute
 * path, *key its key in hexadecimal. TSK_NOT_FOUND: the project has no such file. */
enum tsk_status tsk_trust_project(struct tsk_call *call, bool with_credentials, const char **path,
				  const char **key);

/* Forgets that it was trusted, whatever its content. The file need not be there. */
enum tsk_status tsk_untrust_project(struct tsk_call *call, const char **path);

/* Whether the project's file is trusted as it is. */
bool tsk_project_is_trusted(const struct tsk_call *call);

#pragma GCC visibility pop

#endif
