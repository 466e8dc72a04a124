"""EXPECT: activity 'book' was out of time at each of its two attempts (start-to-close timeout of
3 s). The cause stands in the worker's log only: the ledger refuses the connection, and the
activity tries again in a loop of its own, with growing pauses, which takes longer than the
timeout allows. Leave the repeating to Temporal's retry policy, so that the error is seen; then
mend the connection. A longer timeout alone does not help.

An activity has its own loop of retries around an error.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "bookings"


def send(entry: str) -> str:
    raise ConnectionRefusedError("ledger:5432 refuses the connection")


@activity.defn
async def book(entry: str) -> str:
    pause = 0.5
    while True:
        try:
            return send(entry)
        except ConnectionError as error:
            activity.logger.warning("could not book %s, trying again: %s", entry, error)
            await asyncio.sleep(pause)
            pause *= 2


@workflow.defn
class Booking:
    @workflow.run
    async def run(self, entry: str) -> str:
        return await workflow.execute_activity(
            book,
            entry,
            start_to_close_timeout=timedelta(seconds=3),
            retry_policy=RetryPolicy(maximum_attempts=2),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Booking], activities=[book]).run()
    else:
        await client.start_workflow(Booking.run, "rent", id="booking-77", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
