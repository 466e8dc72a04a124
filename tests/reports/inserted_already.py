"""EXPECT: activity 'book' fails at every attempt now with UNIQUE constraint failed: its first
attempt inserted the row and failed after that (mail server refused, which is over), so each retry
inserts it again. The activity is not idempotent: INSERT OR IGNORE, or two activities (insert,
mail).

An activity writes a row, fails, and is retried from its beginning.
"""

import asyncio
import os
import sqlite3
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "rooms"
DATABASE = sqlite3.connect(":memory:")
DATABASE.execute("CREATE TABLE bookings (room INTEGER PRIMARY KEY)")


@activity.defn
async def book(room: int) -> str:
    DATABASE.execute("INSERT INTO bookings VALUES (?)", (room,))  # HERE
    if activity.info().attempt == 1:
        raise ConnectionError("mail server refused")
    return f"room {room} is yours"


@workflow.defn(sandboxed=False)
class Booking:
    @workflow.run
    async def run(self, room: int) -> str:
        return await workflow.execute_activity(
            book, room, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Booking], activities=[book]).run()
    else:
        await client.start_workflow(Booking.run, 12, id="room-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
