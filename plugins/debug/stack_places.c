/* The answer to a `__stack_trace` query, taken apart. */
#include "stack_places.h"

#include <temporal-skill/failure.h>

#include <string.h>

static const char head[] = "Stack for <";

/* "activity: slow" of `Stack for <_ActivityHandle pending name='activity: slow (workflow: …`. */
static const char *task_name(struct tsk_call *call, const char *block)
{
	static const char begins[] = " name='";
	const char *line_end = block + strcspn(block, "\n");
	const char *name = strstr(block, begins);

	if (!name || name > line_end)
		return "";
	name += strlen(begins);
	const char *end = strstr(name, " (workflow: ");
	if (!end || end > line_end)
		end = name + strcspn(name, "'\n");
	return tsk_copy_bytes(call, name, (size_t)(end - name));
}

/* The source line beneath the frame that the location names. */
static const char *code_at(struct tsk_call *call, const char *block, const char *location)
{
	const char *colon = strchr(location, ':');
	const char *frame = NULL;

	for (; colon && !frame; colon = strchr(colon + 1, ':')) {
		size_t digits = strspn(colon + 1, "0123456789");
		/* As in `", line 21, in helper`. */
		if (digits)
			frame = strstr(block, tsk_format(call, "\", line %.*s%s%s\n", (int)digits,
							 colon + 1, colon[1 + digits] ? "," : "",
							 colon + 1 + digits));
	}
	if (!frame)
		return "";
	const char *code = strchr(frame, '\n') + 1;
	code += strspn(code, " ");
	return tsk_copy_bytes(call, code, strcspn(code, "\n"));
}

size_t stack_places(struct tsk_call *call, cJSON *places, const char *stack)
{
	size_t hidden = 0;

	for (const char *at = strstr(stack, head), *next; at; at = next) {
		next = strstr(at + strlen(head), head);
		const char *block =
			next ? tsk_copy_bytes(call, at, (size_t)(next - at)) : tsk_copy(call, at);
		const struct tsk_failure raised = { .stack_trace = block };
		const char *location = tsk_failure_location(call, &raised);
		cJSON *place = tsk_append_object(places);
		tsk_set(place, "task", task_name(call, block));
		tsk_set(place, "location", location);
		tsk_set(place, "code", code_at(call, block, location));
		hidden += !*location;
	}
	return hidden;
}
