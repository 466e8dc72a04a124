"""EXPECT: it timed out: whoever started it gave it an execution timeout of 8 s, and it waited for
the signal 'approve' all that time; activity 'ask' was done. Start it anew with a longer execution
timeout or none; a limit of the waiting belongs into the code (wait_condition with timeout).

An execution timeout over the waiting for a person.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "expenses"


@activity.defn
async def ask(amount: int) -> None:
    print(f"is {amount} all right?", flush=True)


@workflow.defn
class Expense:
    def __init__(self) -> None:
        self.approved = False

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.run
    async def run(self, amount: int) -> str:
        await workflow.execute_activity(ask, amount, start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: self.approved)
        return "paid"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Expense], activities=[ask]).run()
    else:
        limit = timedelta(seconds=8)
        await client.start_workflow(
            Expense.run, 90, id="expense-1", task_queue=Q, execution_timeout=limit
        )


if __name__ == "__main__":
    asyncio.run(main())
