"""EXPECT: it waits for a signal 'add', although order B came: the run before got two (A and B),
packed A and continued as new without handing B over to the next run, whose list is empty. Give what
is left as an argument to continue_as_new (or first do all that came), and send B again.

Signals that came are lost where the workflow continues as new.
Steps: start, worker.
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
async def pack(order: str) -> None:
    pass


@workflow.defn
class Packer:
    def __init__(self) -> None:
        self.orders: list[str] = []

    @workflow.signal
    def add(self, order: str) -> None:
        self.orders.append(order)

    @workflow.run
    async def run(self, packed: int) -> None:
        await workflow.wait_condition(lambda: bool(self.orders))
        await workflow.execute_activity(
            pack, self.orders.pop(0), start_to_close_timeout=timedelta(seconds=10)
        )
        workflow.continue_as_new(packed + 1)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Packer], activities=[pack]).run()
    else:
        handle = await client.start_workflow(Packer.run, 0, id="packer-1", task_queue=Q)
        await handle.signal(Packer.add, "A")
        await handle.signal(Packer.add, "B")


if __name__ == "__main__":
    asyncio.run(main())
