"""EXPECT: the parent failed, as the server ended its child 'meter-1' for its history; the same
cause and advice as the child's own.

A child polls in a loop, without continue_as_new. (The limit of 51,200 events is lowered.)
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "meter"


@workflow.defn
class Meter:
    @workflow.run
    async def run(self) -> None:
        while True:
            await asyncio.sleep(0.01)


@workflow.defn
class House:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow(Meter.run, id="meter-1")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[House, Meter]).run()
    else:
        await client.start_workflow(House.run, id="house-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
