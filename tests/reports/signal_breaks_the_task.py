"""EXPECT: the workflow task fails with KeyError: 'amount' in the handler of signal 'pay': what was
sent has no such key. Make the handler stand it (get, or check and ignore) and restart the
worker; the workflow goes on by itself. Another signal alone does not help, as the bad one is in
the history.

A signal lacks a key.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bills"


@workflow.defn
class Bill:
    def __init__(self) -> None:
        self.open = 0

    @workflow.run
    async def run(self, total: int) -> str:
        self.open += total
        await workflow.wait_condition(lambda: self.open <= 0)
        return "paid"

    @workflow.signal
    def pay(self, payment: dict[str, int]) -> None:
        self.open -= payment["amount"]  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Bill]).run()
    else:
        bill = await client.start_workflow(Bill.run, 100, id="bill-33", task_queue=Q)
        await bill.signal(Bill.pay, {"value": 100})


if __name__ == "__main__":
    asyncio.run(main())
