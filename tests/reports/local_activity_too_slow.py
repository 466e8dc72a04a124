"""EXPECT: START_TO_CLOSE timeout of the local activity 'rank' (2 s, one attempt): it takes longer
than a local activity should; raise the timeout or make it a normal activity.

A local activity that takes longer than its timeout.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "league"


@activity.defn
async def rank(team: str) -> int:
    await asyncio.sleep(60)
    return 1


@workflow.defn
class League:
    @workflow.run
    async def run(self, team: str) -> int:
        return await workflow.execute_local_activity(
            rank,
            team,
            start_to_close_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[League], activities=[rank]).run()
    else:
        await client.start_workflow(League.run, "reds", id="league-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
