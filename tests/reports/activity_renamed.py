"""EXPECT: nondeterminism: the history has the activity 'make_label', the code calls it
'create_label' now: it was renamed while the workflow runs. Keep the old name for it
(@activity.defn(name="make_label")), put it back, or workflow.patched(); then it goes on by itself.

Steps: worker, start, worker2, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "labels"


@activity.defn
async def make_label(parcel: str) -> str:
    return f"label of {parcel}"


@activity.defn
async def create_label(parcel: str) -> str:
    return f"label of {parcel}"


class Base:
    def __init__(self) -> None:
        self.picked_up = False

    @workflow.signal
    def pick_up(self) -> None:
        self.picked_up = True


@workflow.defn(name="Shipment")
class OldShipment(Base):
    @workflow.run
    async def run(self, parcel: str) -> str:
        label = await workflow.execute_activity(
            make_label, parcel, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.wait_condition(lambda: self.picked_up)
        return label


@workflow.defn(name="Shipment")
class Shipment(Base):
    @workflow.run
    async def run(self, parcel: str) -> str:
        label = await workflow.execute_activity(
            create_label, parcel, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.wait_condition(lambda: self.picked_up)
        return label


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[OldShipment], activities=[make_label]).run()
    elif sys.argv[1] == "worker2":
        await Worker(client, task_queue=Q, workflows=[Shipment], activities=[create_label]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("shipment-5").signal("pick_up")
    else:
        await client.start_workflow("Shipment", "p5", id="shipment-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
