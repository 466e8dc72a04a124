"""EXPECT: no worker: it dies at start with ValueError, as class Bell was not decorated with
@workflow.defn (its run method is marked, the class is not). Write the decorator and start the
worker; the workflow waits for it.

The decorator of the workflow's class is forgotten; the starter names the workflow by a text.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bells"


class Bell:
    @workflow.run
    async def run(self, times: int) -> str:
        return "ding " * times


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Bell]).run()
    else:
        await client.start_workflow("Bell", 3, id="bell-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
