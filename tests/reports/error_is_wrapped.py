"""EXPECT: failed, as activity 'reserve' failed with SoldOut. The code means to catch that and does
not: what arrives in a workflow is an ActivityError with an ApplicationError of type 'SoldOut' as
its cause, never SoldOut itself. Catch ActivityError and look at its cause.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "seats"


class SoldOut(Exception):
    pass


@activity.defn
async def reserve(seat: str) -> str:
    raise SoldOut(f"seat {seat} is taken")


@workflow.defn
class Evening:
    @workflow.run
    async def run(self, seat: str) -> str:
        try:
            return await workflow.execute_activity(
                reserve,
                seat,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(non_retryable_error_types=["SoldOut"]),
            )
        except SoldOut:
            return "waiting list"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Evening], activities=[reserve]).run()
    else:
        await client.start_workflow(Evening.run, "4b", id="evening-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
