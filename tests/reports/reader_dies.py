"""EXPECT: stalled: no handler, timer, child or activity is left that could wake it; its background
task died of ValueError in fill(): correct that, restart the worker, reset.

A task of its own fills what run() waits for, and dies; nobody awaits it.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "sheets"


@workflow.defn
class Sheet:
    def __init__(self) -> None:
        self.cells: list[int] = []

    @workflow.run
    async def run(self) -> int:
        asyncio.create_task(self.fill())  # noqa: RUF006
        await workflow.wait_condition(lambda: len(self.cells) == 3)
        return sum(self.cells)

    async def fill(self) -> None:
        await asyncio.sleep(0.1)
        for text in ("4", "5", "six"):
            self.cells.append(int(text))  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sheet]).run()
    else:
        await client.start_workflow(Sheet.run, id="sheet-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
