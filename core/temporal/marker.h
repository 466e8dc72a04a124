/* Markers of a history. */
#ifndef CORE_TEMPORAL_MARKER_H
#define CORE_TEMPORAL_MARKER_H

#include "temporal.pb-c.h"

#include <temporal-skill/client.h>

/* cause, and of what is known activity_type, result, reason. */
void marker_from_wire(struct tsk_call *call, const Pb__MarkerRecordedEventAttributes *marker,
		      struct tsk_event *event);

#endif
