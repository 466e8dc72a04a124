"""EXPECT: signal 'approve' was received (event 5 or so), but its argument (text in place of an
Approval) cannot be decoded: the worker dropped it (its log says so); send it again with an
Approval.

The sender passes a name, the handler wants an object.
"""

import asyncio
import os
import sys
from dataclasses import dataclass

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "approvals"


@dataclass
class Approval:
    by: str
    level: int


@workflow.defn
class Purchase:
    def __init__(self) -> None:
        self.approval: Approval | None = None

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.approval is not None)
        return "bought"

    @workflow.signal
    def approve(self, approval: Approval) -> None:
        self.approval = approval


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Purchase]).run()
    else:
        handle = await client.start_workflow(Purchase.run, id="purchase-1", task_queue=Q)
        await handle.signal("approve", "alice")


if __name__ == "__main__":
    asyncio.run(main())
