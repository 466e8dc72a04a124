"""EXPECT: the workflow failed with 'Activity cancelled' of activity 'search', and nobody from
outside asked for that: its own asyncio.wait_for gave the activity 2 s and cancelled it while it
was at work (the timer of 2 s fired just before). The activity did not fail, and none of its
timeouts is over. Wait longer, or catch it; better use the activity's timeouts than wait_for.

A workflow gives an activity a deadline with asyncio.wait_for.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "searches"


@activity.defn
async def search(words: str) -> str:
    await asyncio.sleep(30)
    return "found"


@workflow.defn
class Search:
    @workflow.run
    async def run(self, words: str) -> str:
        found = workflow.execute_activity(
            search, words, start_to_close_timeout=timedelta(minutes=10)
        )
        return await asyncio.wait_for(found, 2)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Search], activities=[search]).run()
    else:
        await client.start_workflow(Search.run, "old maps", id="search-15", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
