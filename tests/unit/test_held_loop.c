/* Where an async activity holds the event loop of its worker, by its source. */
#include "core_support.h"

#include "diagnosis/held_loop.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <unistd.h>

static const char activities[] = "from temporalio import activity\n"                  /* 1 */
				 "@activity.defn\n"                                   /* 2 */
				 "async def scrape(urls: list[str]) -> int:\n"        /* 3 */
				 "    for url in urls:\n"                             /* 4 */
				 "        await asyncio.to_thread(download, url)\n"   /* 5 */
				 "        total += len(site.download(url))\n"         /* 6 */
				 "        # activity.heartbeat(url)\n"                /* 7 */
				 "        activity.heartbeat(url)\n"                  /* 8 */
				 "@activity.defn(name=\"train-model\")\n"             /* 9 */
				 "async def train() -> None:\n"                       /* 10 */
				 "    activity.heartbeat()\n"                         /* 11 */
				 "    count()\n"                                      /* 12 */
				 "@activity.defn\n"                                   /* 13 */
				 "async def waits() -> None:\n"                       /* 14 */
				 "    report(1)\n"                                    /* 15 */
				 "    await asyncio.sleep(9)\n"                       /* 16 */
				 "@activity.defn\n"                                   /* 17 */
				 "def sync(url: str) -> None:\n"                      /* 18 */
				 "    time.sleep(9)\n"                                /* 19 */
				 "    activity.heartbeat()\n"                         /* 20 */
				 "@activity.defn\n"                                   /* 21 */
				 "async def silent() -> None:\n"                      /* 22 */
				 "    time.sleep(9)\n"                                /* 23 */
				 "@activity.defn\n"                                   /* 24 */
				 "async def sleeps() -> None:\n"                      /* 25 */
				 "    time.sleep(9)\n"                                /* 26 */
				 "    activity.heartbeat()\n"                         /* 27 */
				 "    await asyncio.sleep(0)\n"                       /* 28 */
				 "@activity.defn\n"                                   /* 29 */
				 "async def hands_over() -> None:\n"                  /* 30 */
				 "    activity.heartbeat()\n"                         /* 31 */
				 "    await asyncio.to_thread(lambda: download(1))\n" /* 32 */
				 "    await download_async(1)\n";                     /* 33 */

static const char legacy[] = "def fetch(url):\n"                /* 1 */
			     "    time.sleep(4)\n"              /* 2 */
			     "def download(url):\n"             /* 3 */
			     "    return fetch(url)\n"          /* 4 */
			     "async def download_async(url):\n" /* 5 */
			     "    await asyncio.sleep(1)\n"     /* 6 */
			     "def count(): ...\n"               /* 7 */
			     "def report(step):\n"              /* 8 */
			     "    activity.heartbeat(step)\n";  /* 9 */

struct found {
	struct core_world *world;
	char root[32];
};

static const struct file {
	const char *name, *text;
} files[] = { { "activities.py", activities }, { "legacy.py", legacy } };

static void begin(struct found *found, void **state)
{
	found->world = *state;
	strcpy(found->root, "/tmp/held.XXXXXX");
	assert_non_null(mkdtemp(found->root));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		assert_int_equal(tsk_file_write(&found->world->call,
						tsk_format(&found->world->call, "%s/%s",
							   found->root, files[i].name),
						files[i].text, strlen(files[i].text)),
				 TSK_OK);
}

static void end(struct found *found)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(tsk_format(&found->world->call, "%s/%s", found->root, files[i].name));
	rmdir(found->root);
}

static void sources_tell_what_holds_the_loop(void **state)
{
	static const struct {
		const char *type, *beats, *holds, *never_awaits;
		bool known;
	} rows[] = {
		{ "scrape", "activities.py:8 in scrape",
		  "activities.py:6 in scrape (legacy.py:2 in fetch)", "", true },
		{ "train-model", "activities.py:11 in train", "", "activities.py:10", true },
		{ "waits", "legacy.py:9 in report", "", "", true },
		{ "sync", "activities.py:20 in sync", "", "", true },
		{ "silent", "", "", "", true },
		{ "sleeps", "activities.py:27 in sleeps", "activities.py:26 in sleeps", "", true },
		{ "hands_over", "activities.py:31 in hands_over", "", "", true },
		{ "scrap", "", "", "", false },
		{ "fetch", "", "", "", false },
	};
	struct found found;

	begin(&found, state);
	struct tsk_call *call = &found.world->call;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tsk_symptoms_more more = { .activity_source_known = false };
		note_held_loop(call, found.root, rows[i].type, &more);
		assert_int_equal(more.activity_source_known, rows[i].known);
		assert_string_equal(tsk_join(call, &more.heartbeats_at, ", "), rows[i].beats);
		assert_string_equal(tsk_join(call, &more.holds_loop_at, ", "), rows[i].holds);
		assert_string_equal(tsk_join(call, &more.never_awaits_at, ", "),
				    rows[i].never_awaits);
	}
	end(&found);
}

static void lines_that_block_are_known(void **state)
{
	(void)state;
	assert_true(calls_what_blocks("    time.sleep(4)"));
	assert_true(calls_what_blocks("    page = requests.get(url, timeout=3)"));
	assert_false(calls_what_blocks("    await asyncio.sleep(4)"));
	assert_false(calls_what_blocks("    # time.sleep(4)"));
	assert_false(calls_what_blocks("    my_input(4)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(sources_tell_what_holds_the_loop),
		core_test(lines_that_block_are_known),
	};

	return cmocka_run_group_tests_name("held_loop", tests, NULL, NULL);
}
