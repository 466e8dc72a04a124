"""EXPECT: nothing is pending, it waits for signal 'pay'... but this is a second run of order-15:
the first one completed, and a late call by the carrier (signal 'delivered', sent with start)
began a new, empty one, which waits for a payment that nobody will make again. Terminate it; send
such calls as a plain signal to a workflow that is there, or refuse the id's reuse
(ALLOW_DUPLICATE_FAILED_ONLY, REJECT_DUPLICATE).

Signal-with-start after the end begins anew.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.paid = self.arrived = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.paid)
        await workflow.wait_condition(lambda: self.arrived)
        return "done"

    @workflow.signal
    def pay(self) -> None:
        self.paid = True

    @workflow.signal
    def delivered(self) -> None:
        self.arrived = True


async def call(client: Client, signal: str) -> None:
    await client.start_workflow(Order.run, id="order-15", task_queue=Q, start_signal=signal)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Order]).run()
    elif sys.argv[1] == "late":
        await call(client, "delivered")
    else:
        await call(client, "pay")
        await call(client, "delivered")


if __name__ == "__main__":
    asyncio.run(main())
