"""EXPECT: execute_activity without start_to_close_timeout or schedule_to_close_timeout: ValueError
at that line.

An activity is called without any timeout.
"""

import asyncio
import os
import sys

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "shipping"


@activity.defn
async def ship(order: str) -> str:
    return order


@workflow.defn
class Shipping:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(ship, "A-1")  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Shipping], activities=[ship]).run()
    else:
        await client.start_workflow(Shipping.run, id="shipping-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
