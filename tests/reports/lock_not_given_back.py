"""EXPECT: the signal 'add' for tea came, and its handler waits for the lock, which the handler of
the 'add' before it (water, which it does not sell) took and never gave back, as it returns early.
So nothing can be added any more. Use `async with self.lock`; then reset to before the first 'add'
(or start anew), as this run's lock stays taken.

Handlers share an asyncio.Lock, and one does not release it.
Steps: worker, start, water, tea.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "carts"


@activity.defn
async def price(item: str) -> int:
    return {"tea": 4, "milk": 2}.get(item, 0)


@workflow.defn
class Cart:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.sum = 0

    @workflow.signal
    async def add(self, item: str) -> None:
        await self.lock.acquire()
        amount = await workflow.execute_activity(
            price, item, start_to_close_timeout=timedelta(seconds=10)
        )
        if amount == 0:
            workflow.logger.warning("%s is not sold here", item)
            return
        self.sum += amount
        self.lock.release()

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.sum > 0)
        return self.sum


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Cart], activities=[price]).run()
    elif sys.argv[1] == "start":
        await client.start_workflow(Cart.run, id="cart-12", task_queue=Q)
    else:
        await client.get_workflow_handle("cart-12").signal(Cart.add, sys.argv[1])


if __name__ == "__main__":
    asyncio.run(main())
