"""EXPECT: the worker died of FileNotFoundError on '/nowhere/key', from which RuntimeError 'key lost'
came; the ValueError of an activity before it is another matter.

A worker dies of a chained exception soon after an activity of its failed.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "gauges"


failed = asyncio.Event()


@activity.defn
async def gauge(tank: int) -> int:
    failed.set()
    raise ValueError("gauge is stuck")


@workflow.defn
class Gauge:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            gauge,
            1,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        async with Worker(client, task_queue=Q, workflows=[Gauge], activities=[gauge]):
            await failed.wait()
            await asyncio.sleep(1)
            try:
                Path("/nowhere/key").read_text()
            except OSError as error:
                raise RuntimeError("key lost") from error
    else:
        gauge_id = "gauge-2" if sys.argv[1] == "late" else "gauge-1"
        await client.start_workflow(Gauge.run, id=gauge_id, task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
