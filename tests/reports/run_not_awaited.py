"""EXPECT: no worker: its process ends at once without an error, as Worker.run() is not awaited
("coroutine 'Worker.run' was never awaited"). Write await worker.run(), start the worker; the
workflow waits for that.

The await before worker.run() was forgotten.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "chimes"


@workflow.defn
class Chime:
    @workflow.run
    async def run(self, hour: int) -> str:
        return "dong " * hour


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        worker = Worker(client, task_queue=Q, workflows=[Chime])
        worker.run()  # type: ignore[unused-coroutine]  # HERE
    else:
        await client.start_workflow(Chime.run, 3, id="chime-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
