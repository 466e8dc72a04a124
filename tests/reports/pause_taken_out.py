"""EXPECT: nondeterminism: the history has a timer before activity 'remind' (a pause of a second),
the code has none any more: the sleep was taken out while the workflow runs. Put it back, or guard
that with workflow.patched(); then it goes on by itself.

A sleep is taken out of the code by a deploy.
Steps: worker, start, worker2, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "invoices"


@activity.defn
async def remind(invoice: str) -> None:
    pass


class Steps:
    def __init__(self) -> None:
        self.paid = False

    @workflow.signal
    def pay(self) -> None:
        self.paid = True

    async def remind_and_wait(self, invoice: str) -> str:
        await workflow.execute_activity(
            remind, invoice, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.wait_condition(lambda: self.paid)
        return "paid"


@workflow.defn(name="Invoice")
class Invoice(Steps):
    @workflow.run
    async def run(self, invoice: str) -> str:
        await workflow.sleep(timedelta(seconds=1))
        return await self.remind_and_wait(invoice)


@workflow.defn(name="Invoice")
class NewInvoice(Steps):
    @workflow.run
    async def run(self, invoice: str) -> str:
        return await self.remind_and_wait(invoice)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        kind = Invoice if sys.argv[1] == "worker" else NewInvoice
        await Worker(client, task_queue=Q, workflows=[kind], activities=[remind]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("invoice-88").signal(Invoice.pay)
    else:
        await client.start_workflow(Invoice.run, "88", id="invoice-88", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
