"""EXPECT: workflow task fails: NotImplementedError, as the event loop of a workflow has no threads
(asyncio.to_thread, run_in_executor): put the work into an activity; goes on by itself then.

Somebody was told to get the slow call out of the event loop.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "letters"


def shorten(text: str) -> str:
    return text[:10]


@workflow.defn
class Letter:
    @workflow.run
    async def run(self, text: str) -> str:
        return await asyncio.to_thread(shorten, text)  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Letter]).run()
    else:
        await client.start_workflow(Letter.run, "a long text", id="letter-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
