"""EXPECT: failed: activity 'query_usage' failed with ConnectionResetError at its first attempt, and
its retry policy allows no other (maximum_attempts=1). Such an error passes: a second attempt would
most likely have gone well. Allow more attempts with some time between them, start anew.

A passing error of the network, and a retry policy of one attempt.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "usage"


@activity.defn
async def query_usage(day: str) -> int:
    if activity.info().attempt == 1:
        raise ConnectionResetError(104, "Connection reset by peer")  # HERE
    return len(day)


@workflow.defn
class UsageReport:
    @workflow.run
    async def run(self, day: str) -> int:
        return await workflow.execute_activity(
            query_usage,
            day,
            start_to_close_timeout=timedelta(minutes=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[UsageReport], activities=[query_usage]).run()
    else:
        await client.start_workflow(UsageReport.run, "2026-05-22", id="usage-22", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
