/* What a workflow's code depends on besides its history: it is replayed by itself, in processes
 * that differ in one thing each. */
#include "rehearsal.h"

#include <string.h>

/* The first of these processes; each of the others differs from it in one thing. Two names come in
 * the same order with every other hash seed. */
#define SEED(n)      "PYTHONHASHSEED=" n
#define CHANGE(rest) "TEMPORAL_SKILL_PROBE_CHANGE=" rest
#define NOON         "clock=1767268800"
#define NIGHT        "clock=1750114867"
#define OF_RANDOM    "the random numbers of its process"
#define OF_HASHES    "the hash seed of its process: the order of a set, or hash()"

struct variant {
	const char *environment[3];
	const char *what; /* it depends on, where it comes out otherwise than the first */
};

static const struct variant variants[] = {
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4242,random=0") } },
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4242,random=0") },
	  .what = "chance: it differs from one replay to the next (uuid4, secrets, threads)" },
	{ .environment = { SEED("1"), CHANGE(NOON ",pid=4242,random=0") }, .what = OF_HASHES },
	{ .environment = { SEED("2"), CHANGE(NOON ",pid=4242,random=0") }, .what = OF_HASHES },
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4242,random=1") }, .what = OF_RANDOM },
	{ .environment = { SEED("0"), CHANGE(NIGHT ",pid=4242,random=0") },
	  .what = "the clock of the machine (time.time, datetime.now)" },
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4243,random=0") },
	  .what = "the number of its process (os.getpid)" },
	{ .environment = { SEED("3"), CHANGE(NOON ",pid=4242,random=0") }, .what = OF_HASHES },
	{ .environment = { SEED("4"), CHANGE(NOON ",pid=4242,random=0") }, .what = OF_HASHES },
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4242,random=2") }, .what = OF_RANDOM },
	{ .environment = { SEED("0"), CHANGE(NOON ",pid=4242,random=3") }, .what = OF_RANDOM },
};

#define VARIANT_COUNT (sizeof(variants) / sizeof(*variants))

static void keep_digests(struct tsk_call *call, const struct chosen *chosen, const char **digests)
{
	for (size_t i = 0; i < chosen->count; i++) {
		const struct replay *then = &chosen->items[i].then;
		digests[i] = then->fate == FATE_FITS || then->fate == FATE_BREAKS
				     ? tsk_format(call, "%s %d", then->digest, then->fate)
				     : NULL;
	}
}

static bool differs(const struct chosen *chosen, const char *const *first, const char *const *now)
{
	for (size_t i = 0; i < chosen->count; i++)
		if (chosen->items[i].now.fate == FATE_BREAKS && first[i] && now[i] &&
		    strcmp(first[i], now[i]) != 0)
			return true;
	return false;
}

enum tsk_status name_what_varies(struct chosen *chosen, const struct stage *stage,
				 const char **what)
{
	struct tsk_call *call = chosen->call;
	const char **first = tsk_alloc(call, (chosen->count + 1) * sizeof(*first));
	const char **now = tsk_alloc(call, (chosen->count + 1) * sizeof(*now));

	*what = NULL;
	for (size_t i = 0; i < VARIANT_COUNT && !*what; i++) {
		struct stage again = *stage;
		const struct staging staging = {
			.environment = variants[i].environment,
			.offline = chosen->asked->histories.count > 0,
			.of_then = true,
		};
		if (put_on_stage(chosen, &staging, &again))
			return tsk_error(call);
		keep_digests(call, chosen, i ? now : first);
		if (i && differs(chosen, first, now))
			*what = variants[i].what;
	}
	for (size_t i = 0; i < chosen->count; i++)
		chosen->items[i].then = (struct replay){ .fate = FATE_WAITS };
	return TSK_OK;
}
