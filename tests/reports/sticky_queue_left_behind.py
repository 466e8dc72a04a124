"""EXPECT: in order: a workflow task waited 10 s in the sticky queue of the worker that is gone (one
WorkflowTaskTimedOut, SCHEDULE_TO_START), then the new worker took it; it waits for 'close'.

The worker was replaced between two signals.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "baskets"


@workflow.defn
class Basket:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.closed = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self.closed)
        return self.items

    @workflow.signal
    def add(self, item: str) -> None:
        self.items.append(item)

    @workflow.signal
    def close(self) -> None:
        self.closed = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Basket]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("basket-1").signal(Basket.add, "pear")
    else:
        await client.start_workflow(Basket.run, id="basket-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
