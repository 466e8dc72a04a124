/* Typed values as people write them, the same in flags, environment and INI files; flags, numbers
 * and durations are public, in call.h. */
#ifndef CORE_TEXT_TYPED_VALUE_H
#define CORE_TEXT_TYPED_VALUE_H

#include <temporal-skill/call.h>

/* Whether text is one of the NULL-terminated choices. */
bool value_choice(const char *text, const char *const *choices);

/* The choices as "a, b or c". */
const char *value_choices_text(struct tsk_call *call, const char *const *choices);

#endif
