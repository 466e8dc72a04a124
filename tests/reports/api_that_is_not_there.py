"""EXPECT: workflow task fails: AttributeError, module 'temporalio.workflow' has no attribute
'Event': there is no such API. Use a bool and workflow.wait_condition(lambda: ...), or
asyncio.Event; restart the worker, the run goes on by itself.

The code was written after an API that only seems likely.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "doors"


@workflow.defn
class Door:
    def __init__(self) -> None:
        self.opened = workflow.Event()  # type: ignore[attr-defined]  # HERE

    @workflow.signal
    def open(self) -> None:
        self.opened.set()

    @workflow.run
    async def run(self) -> str:
        await self.opened.wait()
        return "open"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Door]).run()
    else:
        await client.start_workflow(Door.run, id="door-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
