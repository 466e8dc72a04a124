"""EXPECT: the workflow task fails at every attempt with UnboundLocalError: 'rate' has no value.
The reason is before that: activity 'fetch_rate' failed (ConnectionError 'rates are down', 2 of 2
attempts), the workflow caught that, only logged it and went on. Give 'rate' a value in the except
clause, or let the error through; restart the worker and it goes on by itself.

An error is caught, and what it did not bring is used.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

Q = "trips"


@activity.defn
async def fetch_rate(currency: str) -> float:
    raise ConnectionError("rates are down")


@workflow.defn
class Trip:
    @workflow.run
    async def run(self, euros: float) -> float:
        try:
            rate = await workflow.execute_activity(
                fetch_rate,
                "SEK",
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=2),
            )
        except ActivityError:
            workflow.logger.warning("no rate of SEK")
        return euros * rate  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Trip], activities=[fetch_rate]).run()
    else:
        await client.start_workflow(Trip.run, 100.0, id="trip-19", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
