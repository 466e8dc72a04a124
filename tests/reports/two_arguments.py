"""EXPECT: run() takes one argument, it was started with two: TypeError; start it anew with the right
arguments (terminate this one), or let run() take both.

The starter passes a list of arguments where one is wanted.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "convert"


@workflow.defn
class Convert:
    @workflow.run
    async def run(self, order: str) -> str:
        return order


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Convert]).run()
    else:
        await client.start_workflow("Convert", args=["EUR", 10], id="convert-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
