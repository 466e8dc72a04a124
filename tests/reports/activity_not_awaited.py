"""EXPECT: completed while activity 'post' (event 5) was not done: an await is missing.

An activity is started and not awaited; the workflow is over before it is.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bookings"


@activity.defn
async def post(amount: int) -> int:
    await asyncio.sleep(3)
    return amount


@workflow.defn
class Book:
    @workflow.run
    async def run(self) -> str:
        workflow.start_activity(post, 12, start_to_close_timeout=timedelta(seconds=10))
        return "booked"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Book], activities=[post]).run()
    else:
        await client.start_workflow(Book.run, id="booking-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
