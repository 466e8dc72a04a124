"""EXPECT: 'ask_all' fails at every attempt with CancelledError, and nobody asked to cancel
anything: the activity cancels its own slower tasks and then awaits them, too. Take the result of
those that are done only (or gather(return_exceptions=True)); the next attempt has the new code.

The quickest of three mirrors is enough.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "mirrors"


async def ask(mirror: int) -> str:
    await asyncio.sleep(mirror * 60)
    return f"answer of {mirror}"


@activity.defn
async def ask_all() -> list[str]:
    tasks = [asyncio.create_task(ask(mirror)) for mirror in range(3)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    return [await task for task in tasks]


@workflow.defn
class Question:
    @workflow.run
    async def run(self) -> list[str]:
        return await workflow.execute_activity(
            ask_all, start_to_close_timeout=timedelta(seconds=20)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Question], activities=[ask_all]).run()
    else:
        await client.start_workflow(Question.run, id="question-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
