"""EXPECT: 'ask_model' failed once, with a 503 (the model was throttled), and was not tried again,
as its code raises that as non_retryable, in spite of the 5 attempts of the policy. Let a 503 (and
429) be tried again: non_retryable only for what cannot get better, such as 400 and 401.

Every error of the model's service is taken for one that does not pass.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "chat"
CALLS = 0


async def invoke(prompt: str) -> tuple[int, str]:
    global CALLS
    CALLS += 1
    return (503, "model is getting throttled") if CALLS == 1 else (200, prompt.upper())


@activity.defn
async def ask_model(prompt: str) -> str:
    status, text = await invoke(prompt)
    if status != 200:
        raise ApplicationError(f"status {status}: {text}", type="ModelError", non_retryable=True)
    return text


@workflow.defn
class Chat:
    @workflow.run
    async def run(self, prompt: str) -> str:
        return await workflow.execute_activity(
            ask_model,
            prompt,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Chat], activities=[ask_model]).run()
    else:
        await client.start_workflow(Chat.run, "hello", id="chat-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
