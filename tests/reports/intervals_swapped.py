"""EXPECT: the retry policy for 'estimate' is refused by the SDK: its maximum_interval (10 s) is
less than its initial_interval (30 s); so the workflow task fails. Correct the intervals; the worker
gets on then.

One helper makes the options of all activities.
"""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "estimates"
POLICY = RetryPolicy(
    initial_interval=timedelta(seconds=30),
    maximum_interval=timedelta(seconds=10),
    maximum_attempts=3,
)


async def call(function: Any, argument: Any) -> Any:
    return await workflow.execute_activity(
        function, argument, start_to_close_timeout=timedelta(hours=1), retry_policy=POLICY
    )


@activity.defn
async def estimate(job: str) -> int:
    return len(job)


@workflow.defn
class Job:
    @workflow.run
    async def run(self, job: str) -> int:
        size: int = await call(estimate, job)
        return size


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Job], activities=[estimate]).run()
    else:
        await client.start_workflow(Job.run, "roof", id="job-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
