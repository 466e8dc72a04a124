"""EXPECT: nondeterminism: the new code has an activity 'screen' between 'charge' and 'ship', the
history of this run has 'ship' there. Put the new step behind workflow.patched (or take it back)
and restart the worker; or terminate or reset the run.

The second worker has a step more than the first one.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@activity.defn
async def charge(order: str) -> None:
    pass


@activity.defn
async def screen(order: str) -> None:
    pass


@activity.defn
async def ship(order: str) -> None:
    pass


class Steps:
    def __init__(self) -> None:
        self.received = False

    @workflow.signal
    def receive(self) -> None:
        self.received = True

    async def take(self, order: str, *steps: str) -> str:
        for step in steps:
            await workflow.execute_activity(
                step, order, start_to_close_timeout=timedelta(seconds=10)
            )
        await workflow.wait_condition(lambda: self.received)
        return "received"


@workflow.defn(name="Order")
class Order(Steps):
    @workflow.run
    async def run(self, order: str) -> str:
        return await self.take(order, "charge", "ship")


@workflow.defn(name="Order")
class NewOrder(Steps):
    @workflow.run
    async def run(self, order: str) -> str:
        return await self.take(order, "charge", "screen", "ship")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        kind = Order if sys.argv[1] == "worker" else NewOrder
        await Worker(
            client, task_queue=Q, workflows=[kind], activities=[charge, screen, ship]
        ).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("order-61").signal(Order.receive)
    else:
        await client.start_workflow(Order.run, "61", id="order-61", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
