/* A project that keeps no worker: its starter alone is run again. */
#include "watch_outcome.h"

#include <temporal-skill/sources.h>

bool watch_without_worker(struct tsk_call *call, bool say)
{
	struct tsk_no_worker none;

	if (!tsk_keeps_no_worker(call, &none))
		return false;
	if (!say)
		return true;
	cJSON *said = cJSON_CreateObject();
	tsk_set(said, "event", "worker");
	tsk_set_time(said, "at", tsk_wall_ns());
	tsk_set(said, "verdict", "none_kept");
	tsk_set(said, "evidence", none.why);
	tsk_emit(call, said, tsk_format(call, "no worker is kept: %s", none.why));
	return true;
}
