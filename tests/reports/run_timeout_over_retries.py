"""EXPECT: failed of ConnectionError 'host down' in 'fetch_rates' after n attempts: no further one
fits into the run_timeout of 6 s of the workflow (RETRY_STATE_TIMEOUT), and that is said; a longer
timeout alone does not help.

The timeout of the run hides the activity that fails.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "feeds"


@activity.defn
async def fetch_rates() -> None:
    raise ConnectionError("host down")


@workflow.defn
class Feed:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            fetch_rates,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Feed], activities=[fetch_rates]).run()
    else:
        await client.start_workflow(
            Feed.run, id="feed-1", task_queue=Q, run_timeout=timedelta(seconds=6)
        )


if __name__ == "__main__":
    asyncio.run(main())
