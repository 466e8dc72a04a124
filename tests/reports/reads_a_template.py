"""EXPECT: the sandbox refuses that workflow code reads a file (open). Read it in an activity, or
when the module is loaded, or pass its text as input; restart the worker, and it goes on by itself.

A workflow reads its template from the disk.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "prompts"


@workflow.defn
class Prompt:
    @workflow.run
    async def run(self, name: str) -> str:
        with open("greeting.txt") as file:  # HERE
            return file.read().format(name=name)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Prompt]).run()
    else:
        await client.start_workflow(Prompt.run, "Ada", id="prompt-17", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
