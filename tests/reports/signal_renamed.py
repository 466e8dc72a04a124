"""EXPECT: it waits for signal 'paid'; what came is 'payment_received', for which it has no handler,
so nothing happened. Send 'paid' (and correct the sender), or give the code that handler.

The sender was changed, the workflow was not.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.amount = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.amount > 0)
        return self.amount

    @workflow.signal
    def paid(self, amount: int) -> None:
        self.amount = amount


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Order]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("order-7").signal("payment_received", 12)
    else:
        await client.start_workflow(Order.run, id="order-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
