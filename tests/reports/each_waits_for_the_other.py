"""EXPECT: parent and child wait for each other: the parent awaits the result of its child 'bake-2',
which waits for the signal 'start_baking', that the parent sends only after the child is done. Send
the signal to the child for now; in the code, start_child_workflow(), signal, then await.

execute_child_workflow in place of start_child_workflow.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bakery"


@workflow.defn
class Bake:
    def __init__(self) -> None:
        self.go = False

    @workflow.signal
    def start_baking(self) -> None:
        self.go = True

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.go)
        return "baked"


@workflow.defn
class Cake:
    @workflow.run
    async def run(self) -> str:
        cake = await workflow.execute_child_workflow(Bake.run, id="bake-2")
        await workflow.get_external_workflow_handle("bake-2").signal(Bake.start_baking)
        return cake


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Cake, Bake]).run()
    else:
        await client.start_workflow(Cake.run, id="cake-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
