"""EXPECT: its loop of short timers fills the history, which reaches the limit of 51,200 events: wait
for a signal (wait_condition) in place of polling, or continue as new.

A workflow looks for a flag again and again, by a timer of 50 ms.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"


@workflow.defn
class Parcel:
    def __init__(self) -> None:
        self.delivered = False

    @workflow.signal
    def deliver(self) -> None:
        self.delivered = True

    @workflow.run
    async def run(self) -> str:
        while not self.delivered:
            await workflow.sleep(timedelta(milliseconds=50))
        return "delivered"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Parcel]).run()
    else:
        await client.start_workflow(Parcel.run, id="parcel-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
