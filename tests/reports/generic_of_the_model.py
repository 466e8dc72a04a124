"""EXPECT: activity 'book' fails at every attempt, before its code runs: its argument cannot be
decoded, TypeError: Unserializable type during conversion: Request[Seat]. The default converter does
not know generic dataclasses. Use a plain dataclass in place of the generic one (or the pydantic
converter with pydantic models), and restart the worker; the next try goes well.

A generic dataclass as the argument of an activity.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "seats"


Body = TypeVar("Body")


@dataclass
class Request(Generic[Body]):
    body: Body
    user: str


@dataclass
class Seat:
    seat: str


@activity.defn
async def book(request: Request[Seat]) -> str:
    return f"{request.user}: {request.body.seat}"


@workflow.defn
class Booking:
    @workflow.run
    async def run(self, user: str) -> str:
        return await workflow.execute_activity(
            book, Request(Seat("12A"), user), start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Booking], activities=[book]).run()
    else:
        await client.start_workflow(Booking.run, "ann", id="booking-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
