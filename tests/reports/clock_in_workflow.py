"""EXPECT: datetime.now() in workflow code (that line) is forbidden in the sandbox: workflow.now().

The clock of the machine in a workflow.
"""

import asyncio
import os
import sys
from datetime import datetime

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "clocks"


@workflow.defn
class Clock:
    @workflow.run
    async def run(self) -> str:
        return datetime.now().isoformat()  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Clock]).run()
    else:
        await client.start_workflow(Clock.run, id="clock-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
