"""EXPECT: the parent is in order; its child welcome-1 cannot go on, as the worker does not have the
workflow 'Welcome': add it to workflows=[...]; both go on by themselves then.

A new child workflow was forgotten in the worker's list.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "accounts"


@workflow.defn
class Welcome:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"welcome, {name}"


@workflow.defn
class Signup:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_child_workflow(Welcome.run, name, id="welcome-1")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Signup]).run()
    else:
        await client.start_workflow(Signup.run, "ann", id="signup-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
