"""EXPECT: signal 'approve' came with the start (event 2), its handler ran before run(), and run()
then threw its effect away: set the state in __init__ (@workflow.init); to go on now, send it
again.

The state is made in run().
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "leave"


@workflow.defn
class Leave:
    @workflow.run
    async def run(self) -> str:
        self.approved = False
        await workflow.wait_condition(lambda: self.approved)
        return "granted"

    @workflow.signal
    def approve(self) -> None:
        self.approved = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Leave]).run()
    else:
        await client.start_workflow(Leave.run, id="leave-1", task_queue=Q, start_signal="approve")


if __name__ == "__main__":
    asyncio.run(main())
