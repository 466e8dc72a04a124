"""EXPECT: the worker was killed with attempt 1 of 1: the activity was not slow; it is not tried
again, and the workflow failed of it.

The worker is killed while it has the only attempt; afterwards the server tells of a timeout.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "crates"


@activity.defn
async def nail(crate: int) -> int:
    await asyncio.sleep(5)  # far below what it may take
    return crate


@workflow.defn
class Nail:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            nail,
            1,
            start_to_close_timeout=timedelta(seconds=9),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Nail], activities=[nail]).run()
    else:
        await client.start_workflow(Nail.run, id="crate-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
