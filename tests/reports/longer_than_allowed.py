"""EXPECT: 'index' takes longer than its start_to_close_timeout of 1 s, both attempts
(maximum_attempts=2): allow more time or do it in parts.

A start-to-close timeout that is too short.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "search"


@activity.defn
async def index() -> None:
    await asyncio.sleep(30)


@workflow.defn
class Search:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            index,
            start_to_close_timeout=timedelta(seconds=1),
            retry_policy=RetryPolicy(maximum_attempts=2),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Search], activities=[index]).run()
    else:
        await client.start_workflow(Search.run, id="search-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
