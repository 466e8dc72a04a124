"""EXPECT: completed while the handler of signal 'pay' was still waiting for activity 'charge', which
was never done: wait for workflow.all_handlers_finished before the end.

run() ends before its signal handler does.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "till"


@activity.defn
async def charge(amount: int) -> None:
    await asyncio.sleep(5)


@workflow.defn
class Till:
    def __init__(self) -> None:
        self.amounts: list[int] = []

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: len(self.amounts) > 0)
        return "closed"

    @workflow.signal
    async def pay(self, amount: int) -> None:
        self.amounts.append(amount)
        await workflow.execute_activity(charge, amount, start_to_close_timeout=timedelta(minutes=1))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Till], activities=[charge]).run()
    else:
        handle = await client.start_workflow(Till.run, id="till-1", task_queue=Q)
        await handle.signal(Till.pay, 30)


if __name__ == "__main__":
    asyncio.run(main())
