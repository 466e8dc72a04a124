/* The names by which core/diagnosis still calls the public list. */
#ifndef CORE_TEXT_LINES_H
#define CORE_TEXT_LINES_H

#include <temporal-skill/text.h>

#define lines                     tsk_lines
#define lines_add                 tsk_lines_add
#define lines_push                tsk_lines_push
#define lines_hold                tsk_lines_hold
#define lines_take                tsk_lines_take

#define lines_init(list, of_call) (*(list) = (struct tsk_lines){ .call = (of_call) })

#endif
