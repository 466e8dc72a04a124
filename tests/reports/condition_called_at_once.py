"""EXPECT: workflow task fails: TypeError, 'bool' object is not callable: wait_condition() is given
the value of self.paid, not a function. Write lambda: self.paid, restart the worker; the run goes on
by itself.

wait_condition(self.paid) in place of wait_condition(lambda: self.paid).
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "invoices"


@workflow.defn
class Invoice:
    def __init__(self) -> None:
        self.paid = False

    @workflow.signal
    def pay(self) -> None:
        self.paid = True

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(self.paid)  # type: ignore[arg-type]
        return "paid"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Invoice]).run()
    else:
        await client.start_workflow(Invoice.run, id="invoice-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
