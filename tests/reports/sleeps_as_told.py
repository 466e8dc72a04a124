"""EXPECT: each attempt of 'sync_pages' ends with START_TO_CLOSE after 2 s, because it sleeps for
the 3600 s that the service asks for with its 429 (it says so in the log). Do not sleep in the
activity: raise, with next_retry_delay; or cap the wait.

The limit of a service is obeyed with a sleep.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "wiki"


async def request(space: str) -> tuple[int, dict[str, str]]:
    return 429, {"Retry-After": "3600"}


@activity.defn
async def sync_pages(space: str) -> int:
    status, headers = await request(space)
    while status == 429:
        seconds = int(headers["Retry-After"])
        activity.logger.warning("rate limited (429), waiting %s s", seconds)
        await asyncio.sleep(seconds)
        status, headers = await request(space)
    return status


@workflow.defn
class Sync:
    @workflow.run
    async def run(self, space: str) -> int:
        return await workflow.execute_activity(
            sync_pages, space, start_to_close_timeout=timedelta(seconds=2)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sync], activities=[sync_pages]).run()
    else:
        await client.start_workflow(Sync.run, "docs", id="wiki-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
