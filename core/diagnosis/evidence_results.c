/* Evidence from what activities returned: an error that is told as a result stops nobody. */
#include "tell.h"

#include <string.h>

/* Of the newest results as many are looked at; what came long before is another story. */
#define LOOKED_AT  20
#define SHOWN_SIZE 200

static const char *result_of(const struct reading *reading, const struct tsk_event *event)
{
	return event->result.count ? tsk_payload_json(reading->call, &event->result.items[0]) : "";
}

void tell_error_results(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *found = NULL;
	size_t looked_at = 0, count = 0;

	for (size_t i = 0; i < newest->count && looked_at < LOOKED_AT; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_ACTIVITY_COMPLETED)
			continue;
		looked_at++;
		if (!tsk_looks_like_error(reading->call, result_of(reading, event)))
			continue;
		found = found ? found : event;
		count++;
	}
	if (!found)
		return;
	const char *result = one_line(reading->call, result_of(reading, found));
	tell_line(reading, "%s returned an error as its result (event %lld%s): %.*s%s",
		  begun_text_of(reading, found), (long long)found->id,
		  count > 1 ? tsk_format(reading->call, ", and %zu more of the last %zu results",
					 count - 1, looked_at)
			    : "",
		  SHOWN_SIZE, result, strlen(result) > SHOWN_SIZE ? "..." : "");
}
