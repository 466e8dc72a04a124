"""EXPECT: 'publish' failed ('feed is read only'); the next attempt comes in an hour
(initial_interval): after the repair reset the activity (temporal activity reset), waiting for it
is an hour lost.

The pause before the first retry is an hour.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "news"


@activity.defn
async def publish() -> None:
    raise PermissionError("feed is read only")


@workflow.defn
class News:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            publish,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(hours=1), maximum_interval=timedelta(hours=1)
            ),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[News], activities=[publish]).run()
    else:
        await client.start_workflow(News.run, id="news-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
