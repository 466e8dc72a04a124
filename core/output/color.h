/* Colour for people at a terminal; an agent reads bytes and gets none. */
#ifndef CORE_OUTPUT_COLOR_H
#define CORE_OUTPUT_COLOR_H

#include <temporal-skill/call.h>

/* What is printed to the descriptor gets colours: --color, the terminal, NO_COLOR and TERM decide.
 */
bool color_wanted(const struct tsk_call *call, int descriptor);

enum color_part { COLOR_HEADLINE, COLOR_COMMAND, COLOR_ERROR };

/* text, between the escapes of its part where wanted. */
const char *color_text(struct tsk_call *call, bool wanted, enum color_part part, const char *text);

#endif
