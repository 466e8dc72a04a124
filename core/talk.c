/* What is said beside the result: stderr only. */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>

static void say(const char *prefix, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

static void say(const char *prefix, const char *format, va_list arguments)
{
	fputs(prefix, stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void tsk_note(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	if (tsk_setting_is_true(call, TSK_SETTING_QUIET))
		return;
	va_start(arguments, format);
	say("note: ", format, arguments);
	va_end(arguments);
}

void tsk_progress(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	if (!tsk_setting_is_true(call, TSK_SETTING_VERBOSE))
		return;
	va_start(arguments, format);
	say("", format, arguments);
	va_end(arguments);
}
