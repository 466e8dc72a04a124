"""EXPECT: the workflow task fails: AttributeError, 'dict' object has no attribute 'seats'. run()
has no type hint for its parameter, so the input, a dataclass at the starter, comes as a dict. Write
the hint (trip: Trip) and restart the worker; it goes on by itself.

The input of a workflow is a dict.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from typing import Any

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "trips"


@dataclass
class Trip:
    city: str
    seats: int


@workflow.defn
class Booking:
    @workflow.run
    async def run(self, trip) -> Any:  # type: ignore[no-untyped-def]
        price = trip.seats * 30  # HERE
        return f"{trip.city} for {price}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Booking]).run()
    else:
        await client.start_workflow(Booking.run, Trip("Rome", 2), id="trip-23", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
