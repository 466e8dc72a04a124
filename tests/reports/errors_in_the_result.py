"""EXPECT: the workflow has done its work, but its task fails again and again, as its result cannot
be encoded: gather(return_exceptions=True) put an ActivityError (of 'fetch', feed 2 is gone) into
the list that run() returns. Make text of it, leave it out or raise it; then it goes on by itself.

Three feeds at once, of which one fails.
"""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "feeds"


@activity.defn
async def fetch(feed: int) -> str:
    if feed == 2:
        raise ApplicationError("feed 2 is gone", type="Gone", non_retryable=True)
    return f"news of {feed}"


@workflow.defn
class Digest:
    @workflow.run
    async def run(self) -> list[Any]:
        limit = timedelta(seconds=10)
        return await asyncio.gather(
            *[
                workflow.execute_activity(fetch, feed, start_to_close_timeout=limit)
                for feed in (1, 2, 3)
            ],
            return_exceptions=True,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Digest], activities=[fetch]).run()
    else:
        await client.start_workflow(Digest.run, id="digest-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
