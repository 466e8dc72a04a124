/* Text that others sent, made valid UTF-8. */
#ifndef CORE_TEXT_VALID_UTF8_H
#define CORE_TEXT_VALID_UTF8_H

#include <temporal-skill/call.h>

/* Valid UTF-8, never NULL: bytes that are not are replaced by U+FFFD. The text itself where it is
 * fine. */
const char *text_valid_utf8(struct tsk_call *call, const char *text);

#endif
