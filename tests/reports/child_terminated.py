"""EXPECT: failed, as its child 'leg-1' was terminated from outside ('wrong truck'): nothing in the
code of either went wrong. Start it again; if it is to survive that, catch ChildWorkflowError.

Somebody stops the child by hand.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tours"


@workflow.defn
class Leg:
    def __init__(self) -> None:
        self.there = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.there)

    @workflow.signal
    def arrive(self) -> None:
        self.there = True


@workflow.defn
class Tour:
    @workflow.run
    async def run(self) -> str:
        await workflow.execute_child_workflow(Leg.run, id="leg-1")
        return "home"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Tour, Leg]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("leg-1").terminate(reason="wrong truck")
    else:
        await client.start_workflow(Tour.run, id="tour-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
