/* What is said beside the result: stderr only. */
#include "call/call.h"

#include "text/visible.h"

#include <stdarg.h>
#include <stdio.h>

static void print_line(struct tsk_call *call, const char *prefix, const char *format,
		       va_list arguments) __attribute__((format(printf, 3, 0)));

/* One line, whatever the names in it: of files in a checkout, say. */
static void print_line(struct tsk_call *call, const char *prefix, const char *format,
		       va_list arguments)
{
	const char *text = tsk_vformat(call, format, arguments);

	fprintf(stderr, "%s%s\n", prefix, visible_line(call, text, visible_ascii_only()));
}

void tsk_note(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	if (tsk_setting_is_true(call, TSK_SETTING_QUIET))
		return;
	va_start(arguments, format);
	print_line(call, "note: ", format, arguments);
	va_end(arguments);
}

void tsk_warn(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(call, "warning: ", format, arguments);
	va_end(arguments);
}

void tsk_progress(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	if (!tsk_setting_is_true(call, TSK_SETTING_VERBOSE))
		return;
	va_start(arguments, format);
	print_line(call, "", format, arguments);
	va_end(arguments);
}
