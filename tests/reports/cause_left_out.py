"""EXPECT: it failed because activity 'charge' failed for good (2 of 2 attempts): CardRefused, card
4411 is blocked. The workflow's own error says only "order 5 failed: Activity task failed", as the
message of an ActivityError is always that: raise it with "from error", or use error.cause.

An except clause that puts the error of the activity into a text.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

Q = "orders"


@activity.defn
async def charge(card: int) -> str:
    raise ApplicationError(f"card {card} is blocked", type="CardRefused")


@workflow.defn
class Order:
    @workflow.run
    async def run(self, card: int) -> str:
        retry = RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_attempts=2)
        try:
            return await workflow.execute_activity(
                charge, card, start_to_close_timeout=timedelta(seconds=10), retry_policy=retry
            )
        except ActivityError as error:
            reason = f"order 5 failed: {error}"
        raise ApplicationError(reason, type="OrderFailed")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Order], activities=[charge]).run()
    else:
        await client.start_workflow(Order.run, 4411, id="order-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
