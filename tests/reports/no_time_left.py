"""EXPECT: the workflow task fails at every attempt: the timeout for activity 'deliver' is
negative, as the workflow computes it as what is left until its deadline, and that is over. Check
that there is time left before it calls the activity (fail or go on otherwise), or take at least a
minimum.

A timeout computed from a deadline that has passed.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"


@activity.defn
async def deliver(parcel: str) -> str:
    return f"{parcel} delivered"


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self, parcel: str, before: str) -> str:
        left = datetime.fromisoformat(before) - workflow.now()
        return await workflow.execute_activity(deliver, parcel, start_to_close_timeout=left)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Parcel], activities=[deliver]).run()
    else:
        before = datetime.now(UTC) - timedelta(hours=2)
        await client.start_workflow(
            Parcel.run, args=["lamp", before.isoformat()], id="parcel-52", task_queue=Q
        )


if __name__ == "__main__":
    asyncio.run(main())
