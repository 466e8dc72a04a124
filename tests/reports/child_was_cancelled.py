"""EXPECT: failed as its child provision-2-disk was cancelled: by somebody (a request to cancel
came to the child, not to the parent), no failure of the code. In the parent that is a
ChildWorkflowError with CancelledError as its cause, which nobody catches. Ask who did that; start
anew; catch ChildWorkflowError where a cancelled child is no disaster.

Somebody cancels a child, and its parent fails.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "machines"


@workflow.defn
class Disk:
    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(3600)


@workflow.defn
class Provision:
    @workflow.run
    async def run(self) -> str:
        mine = workflow.info().workflow_id
        await workflow.execute_child_workflow(Disk.run, id=f"{mine}-disk")
        return "ready"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Provision, Disk]).run()
    elif sys.argv[1] == "cancel":
        await client.get_workflow_handle("provision-2-disk").cancel()
    else:
        await client.start_workflow(Provision.run, id="provision-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
