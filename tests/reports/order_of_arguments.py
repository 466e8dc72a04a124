"""EXPECT: activity 'book' fails at every attempt, before its code runs: its arguments cannot be
decoded, 'Oslo' is no int. The workflow gives them in the wrong order (town and nights instead of
nights and town). Correct args=[...] in the workflow; as the wrong ones are in the history, a
restart of the worker alone is not enough: start anew or reset.

The arguments of an activity are swapped.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "rooms"


@activity.defn
async def book(nights: int, town: str) -> str:
    return f"{nights} nights in {town}"


@workflow.defn
class Room:
    @workflow.run
    async def run(self, town: str) -> str:
        return await workflow.execute_activity(
            "book", args=[town, 3], start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Room], activities=[book]).run()
    else:
        await client.start_workflow(Room.run, "Oslo", id="room-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
