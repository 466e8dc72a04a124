"""EXPECT: the workflow reads an environment variable (os.environ.get), which the sandbox forbids.
Read it outside, in the starter or an activity, and give it to the workflow as an argument.

A setting from the environment in workflow code.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "greetings"


@workflow.defn
class Greet:
    @workflow.run
    async def run(self, name: str) -> str:
        word = os.environ.get("GREETING", "hello")  # HERE
        return f"{word} {name}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Greet]).run()
    else:
        await client.start_workflow(Greet.run, "ada", id="greet-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
