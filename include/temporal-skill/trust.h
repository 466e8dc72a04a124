/* Trust in plugins of a project: code from a checkout, which is not loaded before someone has
 * looked at it.
 *
 * What is trusted is a key: the SHA-256 of the file's absolute path and its content. A changed or
 * moved file has another key and asks again. A denied path is never loaded, whatever its content,
 * until it is trusted again. The list is $XDG_DATA_HOME/temporal-skill/trusted (else
 * ~/.local/share/…), a text file that only its owner can write.
 */
#ifndef TEMPORAL_SKILL_TRUST_H
#define TEMPORAL_SKILL_TRUST_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

/* Trusts this very file with this very content. *path receives its absolute path, *key its key in
 * hexadecimal. TSK_NOT_FOUND: no such file; TSK_DENIED: it, or a folder above it, can be written by
 * others. */
enum tsk_status tsk_trust_plugin(struct tsk_call *call, const char *file, const char **path,
				 const char **key);

/* Denies the path, whatever its content; forgets that it was trusted. The file need not exist. */
enum tsk_status tsk_untrust_plugin(struct tsk_call *call, const char *file, const char **path);

#pragma GCC visibility pop

#endif
