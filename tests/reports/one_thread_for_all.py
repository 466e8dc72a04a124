"""EXPECT: six sync activities share one thread (activity_executor) while the worker takes up to 100
(max_concurrent_activities): they wait with their clock running; align the two.

Sync activities in a pool of one thread.
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "thumbnails"


@activity.defn
def shrink(picture: int) -> int:
    time.sleep(2)  # far below what it may take
    return picture


@workflow.defn
class Album:
    @workflow.run
    async def run(self) -> int:
        shrunk = [
            workflow.execute_activity(
                shrink,
                picture,
                start_to_close_timeout=timedelta(seconds=5),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
            for picture in range(6)
        ]
        return sum(await asyncio.gather(*shrunk))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Album],
            activities=[shrink],
            activity_executor=ThreadPoolExecutor(1),
        ).run()
    else:
        await client.start_workflow(Album.run, id="album-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
