/* A duration in words, as people read it; typed_value.c reads what they type. */
#include <temporal-skill/call.h>
#include <temporal-skill/result.h>

const char *tsk_duration_text(struct tsk_call *call, int64_t milliseconds)
{
	long long ms = milliseconds < 0 ? 0 : milliseconds, seconds = ms / 1000;

	if (ms < 1000)
		return tsk_format(call, "%lld ms", ms);
	if (seconds < 60)
		return tsk_format(call, "%lld.%lld s", seconds, ms % 1000 / 100);
	if (seconds < 3600)
		return tsk_format(call, "%lld min %lld s", seconds / 60, seconds % 60);
	if (seconds < 86400)
		return tsk_format(call, "%lld h %lld min", seconds / 3600, seconds % 3600 / 60);
	return tsk_format(call, "%lld d %lld h", seconds / 86400, seconds % 86400 / 3600);
}
