"""EXPECT: the worker dies at start: ValueError 'Activity answer is not async so an
activity_executor must be present'. The error misleads: 'answer' is an `async def` with a `yield`,
that is an async generator, not a coroutine function, and an activity cannot be one. An executor
would not help (its result could not be encoded). Collect the words and return them; then start
the worker.

An activity yields its answer bit by bit.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "chats"


@activity.defn
async def answer(question: str) -> AsyncIterator[str]:
    for word in f"you asked {question}".split():
        yield word


@workflow.defn
class Chat:
    @workflow.run
    async def run(self, question: str) -> list[str]:
        return await workflow.execute_activity(
            answer, question, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Chat], activities=[answer]).run()
    else:
        await client.start_workflow(Chat.run, "why", id="chat-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
