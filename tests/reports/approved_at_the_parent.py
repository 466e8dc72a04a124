"""EXPECT: it waits for its child approval-90, which waits for the signal 'approve'. That signal was
sent to the parent (order-90), which has no handler for it, so it was of no use. Send it to
approval-90 (or have the parent pass it on to its child); then both go on.

The child waits for a person; the person's answer goes to the parent.
Steps: worker, start, poke.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "purchases"


@workflow.defn
class Approval:
    def __init__(self) -> None:
        self.by = ""

    @workflow.signal
    def approve(self, by: str) -> None:
        self.by = by

    @workflow.run
    async def run(self, amount: int) -> str:
        await workflow.wait_condition(lambda: self.by != "")
        return self.by


@workflow.defn
class Purchase:
    @workflow.run
    async def run(self, amount: int) -> str:
        by = await workflow.execute_child_workflow(Approval.run, amount, id="approval-90")
        return f"{amount}, approved by {by}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Purchase, Approval]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("order-90").signal("approve", "Ann")
    else:
        await client.start_workflow(Purchase.run, 4000, id="order-90", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
