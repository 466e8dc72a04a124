"""EXPECT: activity 'answer' fails at every attempt: the model's service refuses what it is sent
(BadRequest, 400 prompt is too long: 211999 tokens). The same request is refused for ever, as it is
tried again without end: shorten it (summarize, leave out old messages), and raise such an error as
not retryable (ApplicationError(non_retryable=True) or non_retryable_error_types).

A service refuses a request for what is in it.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "chats"


class BadRequest(Exception):
    pass


async def ask(prompt: str) -> tuple[int, str]:
    tokens = len(prompt) // 4
    if tokens > 200_000:
        return 400, f"prompt is too long: {tokens} tokens, at most 200000"
    return 200, "Hello."


@activity.defn
async def answer(messages: list[str]) -> str:
    status, text = await ask("\n".join(messages))
    if status >= 400:
        raise BadRequest(f"{status} {text}")  # HERE
    return text


@workflow.defn
class Chat:
    @workflow.run
    async def run(self) -> str:
        messages = ["Read this book.", "word " * 169_596]
        return await workflow.execute_activity(
            answer, messages, start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Chat], activities=[answer]).run()
    else:
        await client.start_workflow(Chat.run, id="chat-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
