/* What the user trusts: plugins of projects and projects' INI files, by the hash of path and
 * content.
 *
 * The list is $XDG_DATA_HOME/temporal-skill/trusted (else ~/.local/share/…), which only its owner
 * can write. A line says one thing of one path, and a new line about a path replaces the one
 * before: trusted KEY PATH       a plugin may be loaded project KEY PATH       a project's INI file
 * may set what runs and reaches credentials KEY PATH   it may also say where the user's credentials
 * are sent denied PATH            neither, whatever its content
 */
#ifndef CORE_CONFIGURATION_TRUST_LIST_H
#define CORE_CONFIGURATION_TRUST_LIST_H

#include <temporal-skill/call.h>

#include <sys/stat.h>

/* A SHA-256 in hexadecimal, and its NUL. */
#define TRUST_KEY_SIZE 65

void trust_key(const char *path, const void *bytes, size_t size, char key[TRUST_KEY_SIZE]);

/* Whether anyone but its owner, who is ours or root, could write it. */
bool trust_writable_by_others(const struct stat *status);

/* NULL: there is no place for it, as HOME is not set. */
const char *trust_list_path(struct tsk_call *call);

/* The text of the list: "" where there is none; NULL where others could have written it. */
const char *trust_list_read(struct tsk_call *call);

/* Whether it has that very line. */
bool trust_list_has(const char *list, const char *line);

/* Puts the line in place of all that was said of path, which has no line break. */
enum tsk_status trust_list_write(struct tsk_call *call, const char *path, const char *line);

#endif
