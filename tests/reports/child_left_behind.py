"""EXPECT: terminated by the close policy of its parent 'signup-1', which completed without waiting
for it: await the child, or parent_close_policy=ABANDON.

The parent starts a child and ends.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "signups"


@workflow.defn
class Mails:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(3600)


@workflow.defn
class Signup:
    @workflow.run
    async def run(self) -> str:
        await workflow.start_child_workflow(Mails.run, id="mails-1")
        return "signed up"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Mails, Signup]).run()
    else:
        await client.start_workflow(Signup.run, id="signup-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
