/* Which parts a source plays. */
#include "core_support.h"

#include <temporal-skill/sources.h>
#include <temporal-skill/text.h>

#define IMPORTS "from temporalio.client import Client\nfrom temporalio.worker import Worker\n"
#define BOTH    IMPORTS "async with Worker(client):\n    await client.execute_workflow(Hi.run)\n"

static unsigned parts_of(void **state, const char *text)
{
	return tsk_source_parts(&((struct core_world *)*state)->call, text);
}

static void one_that_is_both_and_ends_runs_to_its_end(void **state)
{
	static const char *const ends[] = {
		BOTH,
		BOTH "asyncio.run(main())\n",
		BOTH "# while True:\n",
		BOTH "task = asyncio.create_task(worker.run())\ntask.cancel()\n",
		BOTH "results = await asyncio.gather(first, second)\n",
		IMPORTS "Worker(client)\nhandle = await client.start_workflow(\n    Hi.run)\n",
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		assert_true(tsk_runs_to_its_end(parts_of(state, ends[i])));
}

static void one_that_waits_or_serves_stays(void **state)
{
	static const char *const stays[] = {
		BOTH "await worker.run()\n",
		BOTH "await asyncio.Event().wait()\n",
		BOTH "await asyncio.Future()\n",
		BOTH "while True:\n    pass\n",
		BOTH "loop.run_forever()\n",
		BOTH "await asyncio.gather(*(worker.run() for worker in workers))\n",
		BOTH "app = FastAPI(lifespan=lifespan)\n",
		BOTH "class Command(BaseCommand):\n",
	};

	for (size_t i = 0; i < sizeof(stays) / sizeof(*stays); i++)
		assert_int_equal(parts_of(state, stays[i]),
				 TSK_MAKES_WORKER | TSK_STARTS_WORKFLOW | TSK_STAYS);
}

static void the_parts_are_told_apart(void **state)
{
	assert_int_equal(parts_of(state, IMPORTS "Worker(client)\n"), TSK_MAKES_WORKER);
	assert_int_equal(parts_of(state, IMPORTS "client.start_workflow(1)\n"),
			 TSK_STARTS_WORKFLOW);
	assert_int_equal(parts_of(state, IMPORTS "class Worker(Base):\n    MyWorker(1)\n"), 0);
	assert_int_equal(parts_of(state, IMPORTS "execute_child_workflow(Hi.run)\n"), 0);
	assert_int_equal(parts_of(state, "Worker(client)\nclient.execute_workflow(1)\n"), 0);
	assert_false(tsk_runs_to_its_end(TSK_MAKES_WORKER));
	assert_false(tsk_runs_to_its_end(TSK_STARTS_WORKFLOW));
	assert_false(tsk_runs_to_its_end(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(one_that_is_both_and_ends_runs_to_its_end),
		core_test(one_that_waits_or_serves_stays),
		core_test(the_parts_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
