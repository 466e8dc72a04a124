"""EXPECT: nobody polls 'hello-task-queue', on which the workflow was started; the worker polls
'hello-tasks'. Use one name for both: start a worker of 'hello-task-queue', or terminate and start
it anew on 'hello-tasks'.

The starter has another queue's name than the worker.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "hello-tasks"


@workflow.defn
class Hello:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"Hello, {name}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Hello]).run()
    else:
        await client.start_workflow(Hello.run, "Eva", id="hello-22", task_queue="hello-task-queue")


if __name__ == "__main__":
    asyncio.run(main())
