/* What single lines of a project's Python say: each with the line that is found, and what is like
 * it and is not. */
#include "core_support.h"

#include "diagnosis/source_lines.h"
#include "diagnosis/source_match.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <unistd.h>

static const char flows[] = "from temporalio import activity, workflow\n"            /* 1 */
			    "@workflow.defn\n"                                       /* 2 */
			    "class Other:\n"                                         /* 3 */
			    "    async def run(self) -> None:\n"                     /* 4 */
			    "        await workflow.wait_condition(lambda: True)\n"  /* 5 */
			    "        await Client.connect('x')\n"                    /* 6 */
			    "@workflow.defn(name=\"Order\")\n"                       /* 7 */
			    "class Mine:\n"                                          /* 8 */
			    "    def __init__(self) -> None:\n"                      /* 9 */
			    "        self.paid = False\n"                            /* 10 */
			    "    async def run(self) -> None:\n"                     /* 11 */
			    "        # await self.queue.get()\n"                     /* 12 */
			    "        await self.queue.get()\n"                       /* 13 */
			    "        await asyncio.to_thread(work)\n"                /* 14 */
			    "        while not self.paid:\n"                         /* 15 */
			    "            await asyncio.sleep(0)\n"                   /* 16 */
			    "        await asyncio.sleep(0)\n"                       /* 17 */
			    "        if workflow.unsafe.is_replaying():\n"           /* 18 */
			    "            pass  # is_replaying()\n"                   /* 19 */
			    "@activity.defn\n"                                       /* 20 */
			    "async def handle(move: Refund | Payment) -> str: ...\n" /* 21 */
			    "async def other(move: Refund) -> str: ...\n"            /* 22 */
			    "def plain(name: str) -> str: ...\n"                     /* 23 */
			    "class Declined(Exception):\n"                           /* 24 */
			    "class DeclinedTwice(Exception):\n"                      /* 25 */
			    "    pass\n";                                            /* 26 */

struct found {
	struct core_world *world;
	char root[32];
};

static void begin(struct found *found, void **state)
{
	found->world = *state;
	strcpy(found->root, "/tmp/match.XXXXXX");
	assert_non_null(mkdtemp(found->root));
	const char *path = tsk_format(&found->world->call, "%s/flows.py", found->root);
	assert_int_equal(tsk_file_write(&found->world->call, path, flows, strlen(flows)), TSK_OK);
	settings_set(&found->world->settings, &found->world->call, TSK_SETTING_PROJECT_DIR,
		     found->root, "a test", RANK_FLAG);
}

static void end(struct found *found)
{
	unlink(tsk_format(&found->world->call, "%s/flows.py", found->root));
	rmdir(found->root);
}

static const char *lines_of(struct found *found, sources_fit *fits, const void *what)
{
	struct tsk_strings places = { .count = 0 };

	sources_lines(&found->world->call, found->root, "defn", fits, what, 9, &places);
	return tsk_join(&found->world->call, &places, ", ");
}

static void waits_are_those_of_the_workflow_itself(void **state)
{
	struct tsk_symptoms_more more = { .waits_at = { .count = 0 } };
	struct found found;

	begin(&found, state);
	struct tsk_call *call = &found.world->call;
	note_waits(call, found.root, "Order", &more);
	note_init(call, found.root, "Order", &more);
	assert_string_equal(tsk_join(call, &more.waits_at, ", "), "flows.py:13 in run");
	assert_string_equal(tsk_join(call, &more.awaits_outside_at, ", "), "flows.py:14 in run");
	assert_string_equal(tsk_join(call, &more.init_at, ", "), "flows.py:9");

	more = (struct tsk_symptoms_more){ .waits_at = { .count = 0 } };
	note_waits(call, found.root, "Other", &more);
	note_init(call, found.root, "Other", &more);
	assert_string_equal(tsk_join(call, &more.waits_at, ", "), "flows.py:5 in run");
	assert_string_equal(tsk_join(call, &more.awaits_outside_at, ", "), "flows.py:6 in run");
	assert_int_equal(more.init_at.count, 0);
	end(&found);
}

static void lines_mean_what_they_say(void **state)
{
	struct found found;

	begin(&found, state);
	assert_string_equal(lines_of(&found, spins, NULL), "flows.py:16 in run");
	static const struct {
		const char *location;
		size_t count;
	} spinning[] = { { "", 1 },
			 { "flows.py:15 in run", 1 },
			 { "flows.py:16 in run", 1 },
			 { "flows.py:13 in run", 0 },
			 { "other.py:16 in run", 0 } };
	for (size_t i = 0; i < sizeof(spinning) / sizeof(*spinning); i++) {
		struct tsk_symptoms_more more = { .waits_at = { .count = 0 } };
		note_spins(&found.world->call, found.root, spinning[i].location, &more);
		assert_int_equal(more.spins_at.count, spinning[i].count);
	}
	assert_string_equal(lines_of(&found, asks_for_replay, NULL), "flows.py:18 in run");
	assert_string_equal(lines_of(&found, takes_union, "'Refund' object has no attribute 'x'"),
			    "flows.py:21");
	assert_string_equal(lines_of(&found, takes_union, "'Payment' object has no attribute 'x'"),
			    "flows.py:21");
	assert_string_equal(lines_of(&found, takes_union, "'str' object has no attribute 'x'"), "");
	assert_string_equal(lines_of(&found, takes_union, "no such words"), "");
	assert_string_equal(lines_of(&found, takes_union, ""), "");
	assert_string_equal(lines_of(&found, defines_class, "Declined"), "flows.py:24");
	assert_string_equal(lines_of(&found, defines_class, "Decline"), "");
	assert_string_equal(lines_of(&found, defines_class, ""), "");
	assert_true(is_async_in_sources(&found.world->call, "handle"));
	assert_false(is_async_in_sources(&found.world->call, "plain"));
	assert_false(is_async_in_sources(&found.world->call, "hand"));
	end(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(waits_are_those_of_the_workflow_itself),
		core_test(lines_mean_what_they_say),
	};

	return cmocka_run_group_tests_name("source_match", tests, NULL, NULL);
}
