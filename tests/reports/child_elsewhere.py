"""EXPECT: it waits for its child 'letter-1', which nobody takes: no worker polls queue 'mailing-v2'.

The child is sent to a queue without a worker.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "mailing"


@workflow.defn
class Letter:
    @workflow.run
    async def run(self) -> str:
        return "sent"


@workflow.defn
class Campaign:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_child_workflow(
            Letter.run, id="letter-1", task_queue="mailing-v2"
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Campaign, Letter]).run()
    else:
        await client.start_workflow(Campaign.run, id="campaign-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
