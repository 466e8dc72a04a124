"""EXPECT: 'complete' was refused by the rate limit (429, try again in 20 s), and its 3 attempts
were over within a few seconds, as the interval is 0.2 s. Wait longer between them:
initial_interval, backoff_coefficient, or next_retry_delay from the answer.

The model's limit is per minute; the retries come at once.
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "agents"
FREE_AT = time.monotonic() + 600  # others have used up this minute, and the next ones


class RateLimitError(Exception):
    pass


@activity.defn
async def complete(prompt: str) -> str:
    if time.monotonic() < FREE_AT:
        raise RateLimitError("Error code: 429 - rate limit reached, please try again in 20s")
    return f"answer to {prompt}"


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, prompt: str) -> str:
        return await workflow.execute_activity(
            complete,
            prompt,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=0.2),
                backoff_coefficient=1.0,
                maximum_attempts=3,
            ),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent], activities=[complete]).run()
    else:
        await client.start_workflow(Agent.run, "why", id="agent-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
