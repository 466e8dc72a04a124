"""EXPECT: its worker was killed with attempt 1 of 1: it is not tried again, and the workflow gets
the timeout when it is over.

The worker is killed while it has the only attempt.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "parcels"


@activity.defn
async def wrap(parcel: int) -> int:
    await asyncio.sleep(600)
    return parcel


@workflow.defn
class Wrap:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            wrap,
            1,
            start_to_close_timeout=timedelta(minutes=20),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Wrap], activities=[wrap]).run()
    else:
        await client.start_workflow(Wrap.run, id="parcel-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
