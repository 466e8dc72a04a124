"""EXPECT: the workflow task fails with a potential deadlock (TMPRL1101, the thread did not yield
in 2 s): run() waits for the signal in a loop of `await asyncio.sleep(0)`, which never ends its
task, so no signal can ever come in. Use `await workflow.wait_condition(lambda: self.approved)`;
restart the worker, then it goes on by itself.

Workflow code waits for a signal by a busy loop.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "permits"


@workflow.defn
class Permit:
    def __init__(self) -> None:
        self.approved = False

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.run
    async def run(self) -> str:
        while not self.approved:
            await asyncio.sleep(0)
        return "granted"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Permit]).run()
    else:
        await client.start_workflow(Permit.run, id="permit-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
