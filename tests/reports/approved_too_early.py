"""EXPECT: it waits for an approval although the signal 'approve' came and was handled: it came
before 'submit', and the handler ignores it until then. Send 'approve' again for now; in the code,
keep what came early (set the flag in any case).

The handler of a signal drops what comes before its time.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "loans"


@workflow.defn
class Loan:
    def __init__(self) -> None:
        self.submitted = False
        self.approved = False

    @workflow.signal
    def submit(self, amount: int) -> None:
        self.submitted = True

    @workflow.signal
    def approve(self, by: str) -> None:
        if self.submitted:
            self.approved = True

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.submitted)
        await workflow.wait_condition(lambda: self.approved)
        return "paid out"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Loan]).run()
    elif sys.argv[1] == "approve":
        await client.get_workflow_handle("loan-14").signal("approve", "mia")
    elif sys.argv[1] == "submit":
        await client.get_workflow_handle("loan-14").signal("submit", 900)
    else:
        await client.start_workflow(Loan.run, id="loan-14", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
