"""EXPECT: 'train' does call activity.heartbeat() after each step, but is an async activity that
awaits nothing: its event loop stands still from its begin to its end, and no heartbeat gets out.
Make it a plain def with an executor, or compute in a thread.

An async activity that computes, and never gives the event loop a turn.
"""

import asyncio
import hashlib
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "train"


@activity.defn(name="train-model")
async def train(steps: int) -> str:
    state = b"weights"
    for step in range(steps):
        state = hashlib.pbkdf2_hmac("sha256", state, b"salt", 3_000_000)
        activity.heartbeat(step)
    return state.hex()


@workflow.defn
class Training:
    @workflow.run
    async def run(self, steps: int) -> str:
        return await workflow.execute_activity(
            "train-model",
            steps,
            result_type=str,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Training], activities=[train]).run()
    else:
        await client.start_workflow(Training.run, 5, id="train-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
