"""EXPECT: it failed because one of its five activities 'fetch' failed for good: PageLocked, page 3
is locked (1 of 1 attempts). The other four had not failed: they were at work as the workflow ended,
and their results are lost. gather(return_exceptions=True), or catch the error of each; or let it be
tried more often.

Five activities at once, of which one fails.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "books"
AT_WORK: set[int] = set()


@activity.defn
async def fetch(page: int) -> str:
    AT_WORK.add(page)
    while page != 3 or len(AT_WORK) < 5:
        await asyncio.sleep(0.1)
    raise ApplicationError("page 3 is locked", type="PageLocked")


@workflow.defn
class Book:
    @workflow.run
    async def run(self) -> list[str]:
        once = RetryPolicy(maximum_attempts=1)
        limit = timedelta(minutes=5)
        return await asyncio.gather(
            *[
                workflow.execute_activity(
                    fetch, page, start_to_close_timeout=limit, retry_policy=once
                )
                for page in range(1, 6)
            ]
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Book], activities=[fetch]).run()
    else:
        await client.start_workflow(Book.run, id="book-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
