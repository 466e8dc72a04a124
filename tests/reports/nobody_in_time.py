"""EXPECT: the workflow timed out (execution timeout of 3 s) before any worker took its first
task: nobody polled the queue 'parcels', so not one line of its code ran. Start a worker of that
queue, then start the workflow anew; a longer timeout alone does not help.

An execution timeout is over while no worker runs.
Steps: start, (worker).
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self) -> str:
        return "sent"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Parcel]).run()
    else:
        await client.start_workflow(
            Parcel.run, id="parcel-12", task_queue=Q, execution_timeout=timedelta(seconds=3)
        )


if __name__ == "__main__":
    asyncio.run(main())
