"""EXPECT: nondeterminism: patch 'fee-2026' stands in the history and its workflow.patched() was
taken out of the code: put it back (deprecate_patch), then it goes on by itself.

Steps: worker, start, worker2, poke. The new code has no trace of the patch.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "invoices"


@workflow.defn(name="Invoice")
class OldInvoice:
    def __init__(self) -> None:
        self.paid = False

    @workflow.run
    async def run(self) -> str:
        fee = "new fee" if workflow.patched("fee-2026") else "old fee"
        await workflow.wait_condition(lambda: self.paid)
        return fee

    @workflow.signal
    def pay(self) -> None:
        self.paid = True


@workflow.defn(name="Invoice")
class Invoice:
    def __init__(self) -> None:
        self.paid = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.paid)
        return "new fee"

    @workflow.signal
    def pay(self) -> None:
        self.paid = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[OldInvoice]).run()
    elif sys.argv[1] == "worker2":
        await Worker(client, task_queue=Q, workflows=[Invoice]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("invoice-1").signal("pay")
    else:
        await client.start_workflow("Invoice", id="invoice-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
