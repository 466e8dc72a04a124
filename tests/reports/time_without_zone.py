"""EXPECT: the workflow task fails with TypeError (can't compare offset-naive and offset-aware
datetimes): workflow.now() is in UTC, with its zone, and the time that was given has none. Give
the input a zone in the code (replace(tzinfo=timezone.utc)), restart the worker; it goes on by
itself. Or start it anew with a time that has its zone.

A workflow compares workflow.now() with a time that it was given.
"""

import asyncio
import os
import sys
from datetime import datetime

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "offers"


@workflow.defn
class Offer:
    @workflow.run
    async def run(self, until: str) -> str:
        ends = datetime.fromisoformat(until)
        if workflow.now() > ends:  # HERE
            return "expired"
        await asyncio.sleep((ends - workflow.now()).total_seconds())
        return "over"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Offer]).run()
    else:
        await client.start_workflow(Offer.run, "2031-05-01T12:00:00", id="offer-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
