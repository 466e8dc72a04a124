"""EXPECT: the workflow task fails with IndexError (list index out of range): activity 'search'
found nothing, its result is an empty list, and the workflow takes the first of it. Not the
activity is at fault, nor is it run again: handle the empty list in the workflow, restart the
worker; it goes on by itself.

A workflow takes the first of an empty list.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "hotels"


@activity.defn
async def search(town: str) -> list[str]:
    return [hotel for hotel in ("Rome: Roma", "Oslo: Fjord") if hotel.startswith(town)]


@workflow.defn
class Stay:
    @workflow.run
    async def run(self, town: str) -> str:
        found = await workflow.execute_activity(
            search, town, start_to_close_timeout=timedelta(seconds=10)
        )
        return f"booked {found[0]}"  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Stay], activities=[search]).run()
    else:
        await client.start_workflow(Stay.run, "Lima", id="stay-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
