/* Testing a plugin's command: it is linked into the test, and run as the program would run it.
 *
 * Link with `pkg-config --static --libs temporal-skill-testing`. Settings come from the
 * environment, INI files and the words, as always; a test sets HOME, XDG_CONFIG_HOME and
 * CLAUDE_TEMPORAL_PROJECT_DIR to folders of its own.
 */
#ifndef TEMPORAL_SKILL_TESTING_H
#define TEMPORAL_SKILL_TESTING_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

struct tsk_test;

/* The caller frees it. */
struct tsk_test *tsk_test_new(void);
void tsk_test_free(struct tsk_test *test);

/* Parses the words (those after the command's name, NULL-terminated), checks the command's needs,
 * runs it. What it has to say is kept until the next run, not printed. */
enum tsk_status tsk_test_run(struct tsk_test *test, const struct tsk_command *command,
			     const char *const *words);

/* Of the last run; borrowed until the next one. "" where there is none. */
const char *tsk_test_error(const struct tsk_test *test);
const char *tsk_test_json(struct tsk_test *test);
const char *tsk_test_text(struct tsk_test *test);

#pragma GCC visibility pop

#endif
