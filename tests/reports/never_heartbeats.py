"""EXPECT: 'copy' has a heartbeat_timeout of 2 s and never heartbeats: each attempt ends in a
heartbeat timeout; heartbeat in it, or no heartbeat_timeout. The worker is well.

A heartbeat timeout without heartbeats.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "copies"


@activity.defn
async def copy(path: str) -> str:
    await asyncio.sleep(60)
    return path


@workflow.defn
class Copies:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            copy,
            "/data",
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Copies], activities=[copy]).run()
    else:
        await client.start_workflow(Copies.run, id="copies-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
