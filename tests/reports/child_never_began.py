"""EXPECT: the workflow completed, and its child 'welcome-Ann', which was to live on by itself
(ABANDON), never began: the code puts execute_child_workflow into a task and returns without
waiting until the child is started. Use `await workflow.start_child_workflow(...)`, which returns
once it is started. The welcome for Ann is still to be done: start it by hand.

A parent returns before its abandoned child is started.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "members"


@workflow.defn
class Welcome:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"welcome {name}"


@workflow.defn
class Join:
    @workflow.run
    async def run(self, name: str) -> str:
        asyncio.create_task(
            workflow.execute_child_workflow(
                Welcome.run,
                name,
                id=f"welcome-{name}",
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )
        )
        return f"{name} joined"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Join, Welcome]).run()
    else:
        await client.start_workflow(Join.run, "Ann", id="join-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
