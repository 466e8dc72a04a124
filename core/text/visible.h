/* Text that others wrote, made safe to look at: control characters, escapes and bad UTF-8 become
 * visible. */
#ifndef CORE_TEXT_VISIBLE_H
#define CORE_TEXT_VISIBLE_H

#include <temporal-skill/call.h>

/* One line: newlines and tabs become visible, too ("\n"). ascii: everything beyond ASCII does
 * ("\u00e9"). */
const char *visible_line(struct tsk_call *call, const char *text, bool ascii);

/* Several lines: newlines and tabs stay. */
const char *visible_lines(struct tsk_call *call, const char *text, bool ascii);

/* The length of the character at *at if it is shown as it is on one line; 0 if it would be made
 * visible. */
size_t visible_length(const char *at, bool ascii);

/* JSON on one line, with the same values, in which everything else that visible_line would change
 * is written as \uXXXX: outside of strings there is nothing but white space among that. */
const char *visible_json(struct tsk_call *call, const char *json, bool ascii);

/* Valid UTF-8, malloc'ed: bad bytes become U+FFFD. */
char *visible_utf8(const char *text);

/* Whether the locale (LC_ALL, LC_CTYPE, LANG) is not UTF-8. */
bool visible_ascii_only(void);

#endif
