/* A server that goes away while a command waits: ridden out, until the command's own time is over.
 */
#include "client.h"

#include "call/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define PAUSE_FIRST_MS 100
#define PAUSE_MOST_MS  2000

/* A worker whose server was away asks it again after 10 s or so at the latest, and a server that
 * was restarted knows of no poller until it does. */
#define FRESH_MS       15000

/* Between half of it and the whole: many that wait for one server do not come back at one moment.
 */
static int64_t pause_after(unsigned tries)
{
	int64_t pause = PAUSE_FIRST_MS;
	uint16_t random = 0;

	while (--tries && pause < PAUSE_MOST_MS)
		pause *= 2;
	if (pause > PAUSE_MOST_MS)
		pause = PAUSE_MOST_MS;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = (uint16_t)tsk_wall_ns();
	return pause / 2 + pause / 2 * random / UINT16_MAX;
}

void tsk_server_is_away(struct tsk_call *call, struct tsk_absence *absence)
{
	if (!absence->since_ms) {
		absence->since_ms = tsk_now_ms();
		absence->since = tsk_wall_ns();
	}
	absence->tries++;
	/* Silent counts as well, which of a single request may be another's fault. */
	if (call->client)
		call->client->disturbed_ms = tsk_now_ms();
	snprintf(absence->problem, sizeof(absence->problem), "%s", tsk_error_message(call));
	tsk_progress(call, "%s", absence->problem);
	tsk_forget_error(call);
}

enum tsk_status tsk_ride_out(struct tsk_call *call, struct tsk_absence *absence, int64_t deadline)
{
	enum tsk_status status = tsk_error(call);

	if (status != TSK_UNAVAILABLE && status != TSK_TIMEOUT)
		return status;
	tsk_server_is_away(call, absence);
	if (tsk_now_ms() >= deadline)
		return TSK_TIMEOUT;
	int64_t until = tsk_now_ms() + pause_after(absence->tries);
	status = tsk_wait(call, NULL, 0, until < deadline ? until : deadline);
	return status == TSK_TIMEOUT ? TSK_OK : status;
}

void tsk_server_is_back(struct tsk_absence *absence)
{
	*absence = (struct tsk_absence){ .since_ms = 0 };
}

const char *tsk_absence_text(struct tsk_call *call, const struct tsk_absence *absence)
{
	return tsk_format(call, "the server has not answered for %s, since %s: %s",
			  tsk_duration_text(call, tsk_now_ms() - absence->since_ms),
			  tsk_time_text(call, absence->since), absence->problem);
}

bool tsk_server_is_fresh(const struct tsk_call *call)
{
	return call->client && call->client->disturbed_ms &&
	       tsk_now_ms() - call->client->disturbed_ms < FRESH_MS;
}
