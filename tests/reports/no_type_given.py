"""EXPECT: the workflow task fails with AttributeError: 'dict' object has no attribute 'total', as
run() says no type for its parameter 'order': so the Order that the starter gave came as a dict.
Write order: Order, restart the worker; the task is tried again and goes on. The input is right.

run() has a parameter without a type.
"""

import asyncio
import os
import sys
from dataclasses import dataclass

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@dataclass
class Order:
    number: int
    total: int


@workflow.defn
class Checkout:
    @workflow.run
    async def run(self, order) -> str:  # type: ignore[no-untyped-def]
        fee = order.total // 50  # HERE
        return f"{order.number}: {order.total + fee}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Checkout]).run()
    else:
        order = Order(number=61, total=4500)
        await client.start_workflow(Checkout.run, order, id="checkout-61", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
