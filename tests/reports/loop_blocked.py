"""EXPECT: 'stream' heartbeats, but times out: something blocks the worker's event loop (time.sleep
in the async activity 'crunch'); make 'crunch' a sync activity with an executor.

A blocking call in one async activity starves another.
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "media"


@activity.defn
async def stream() -> str:
    for _ in range(100):
        activity.heartbeat()
        await asyncio.sleep(0.2)
    return "streamed"


@activity.defn
async def crunch() -> str:
    for _ in range(20):
        time.sleep(6)
        await asyncio.sleep(0.5)
    return "crunched"


@workflow.defn
class Media:
    @workflow.run
    async def run(self) -> list[str]:
        retry = RetryPolicy(backoff_coefficient=1.0)
        return list(
            await asyncio.gather(
                workflow.execute_activity(
                    stream,
                    start_to_close_timeout=timedelta(minutes=5),
                    heartbeat_timeout=timedelta(seconds=2),
                    retry_policy=retry,
                ),
                workflow.execute_activity(crunch, start_to_close_timeout=timedelta(minutes=5)),
            )
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Media], activities=[stream, crunch]).run()
    else:
        await client.start_workflow(Media.run, id="media-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
