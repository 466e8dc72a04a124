/* One option's value: from a word to the member of the options struct. */
#ifndef CORE_COMMAND_LINE_OPTION_VALUE_H
#define CORE_COMMAND_LINE_OPTION_VALUE_H

#include <temporal-skill/call.h>

/* flag: as the user typed it, for the error message. */
enum tsk_status option_store(struct tsk_call *call, const struct tsk_option *option,
			     const char *flag, const char *value, unsigned char *out);

/* All the words left, for TSK_REST. */
void option_store_rest(const struct tsk_option *option, const char *const *words, size_t count,
		       unsigned char *out, struct tsk_call *call);

#endif
