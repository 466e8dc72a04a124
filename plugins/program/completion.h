/* What completion.c and completion_scripts.c share. */
#ifndef PLUGINS_SKILL_COMPLETION_H
#define PLUGINS_SKILL_COMPLETION_H

/* What the value of a flag or an argument is. */
#define KIND_WORKFLOWS "@workflows" /* ids, asked from the server */
#define KIND_RECIPES   "@recipes"   /* names, asked from list-recipes */
#define KIND_STATUSES  "@statuses"  /* several, with commas between them */
#define KIND_COMMANDS  "@commands"
#define KIND_FILES     "@files"
#define KIND_FOLDERS   "@folders"
#define KIND_ANY       "@any" /* nothing can be proposed */
/* "=one two": one of these */

/* The parts of the scripts that are the same whatever commands there are; ends with NULL. */
extern const char *const completion_bash[];
extern const char *const completion_zsh[];
extern const char *const completion_fish[];

#endif
