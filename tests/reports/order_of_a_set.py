"""EXPECT: nondeterminism: after the restart the activities come in another order (they are taken
from a set of strings).

Steps: worker with PYTHONHASHSEED=1, start, worker with PYTHONHASHSEED=2, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"
WORK = {"pack", "label", "notify", "archive", "insure"}


@activity.defn
async def pack() -> None: ...


@activity.defn
async def label() -> None: ...


@activity.defn
async def notify() -> None: ...


@activity.defn
async def archive() -> None: ...


@activity.defn
async def insure() -> None: ...


@workflow.defn
class Parcel:
    def __init__(self) -> None:
        self.sent = False

    @workflow.run
    async def run(self) -> str:
        for name in WORK:
            await workflow.execute_activity(name, start_to_close_timeout=timedelta(minutes=1))
        await workflow.wait_condition(lambda: self.sent)
        return "sent"

    @workflow.signal
    def send(self) -> None:
        self.sent = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Parcel],
            activities=[pack, label, notify, archive, insure],
        ).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("parcel-1").signal("send")
    else:
        await client.start_workflow(Parcel.run, id="parcel-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
