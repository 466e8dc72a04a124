"""EXPECT: the first run continued as new while its signal handlers 'add' still waited for activity
'store': what they had begun is lost, nobody gets its result, and nothing of it went to the next
run. Before continue_as_new: await workflow.wait_condition(workflow.all_handlers_finished).

continue_as_new with signal handlers at work.
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
async def store(item: str) -> None:
    await asyncio.sleep(600)


@workflow.defn
class Cart:
    def __init__(self) -> None:
        self.seen = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.seen > 1)
        workflow.continue_as_new()

    @workflow.signal
    async def add(self, item: str) -> None:
        self.seen += 1
        await workflow.execute_activity(store, item, start_to_close_timeout=timedelta(minutes=20))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Cart], activities=[store]).run()
    else:
        handle = await client.start_workflow(Cart.run, id="cart-1", task_queue=Q)
        await handle.signal(Cart.add, "salt")
        await handle.signal(Cart.add, "rice")


if __name__ == "__main__":
    asyncio.run(main())
