"""EXPECT: nondeterminism: the new code draws a random number (the lottery) before the uuid4() of
the child's id, so that replay makes another child id than the 'parcel-...' in the history. Put the
draw behind workflow.patched(), or back as it was; then it goes on by itself.

Steps: worker, start, worker2, poke. uuid4() and random() of a workflow share one sequence.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)


@workflow.defn(name="Order")
class OldOrder:
    def __init__(self) -> None:
        self.packed = False

    @workflow.run
    async def run(self) -> str:
        await workflow.start_child_workflow(Parcel.run, id=f"parcel-{workflow.uuid4()}")
        await workflow.wait_condition(lambda: self.packed)
        return "packed"

    @workflow.signal
    def pack(self) -> None:
        self.packed = True


@workflow.defn(name="Order")
class Order:
    def __init__(self) -> None:
        self.packed = False

    @workflow.run
    async def run(self) -> str:
        wins = workflow.random().random() < 0.1
        await workflow.start_child_workflow(Parcel.run, id=f"parcel-{workflow.uuid4()}")
        await workflow.wait_condition(lambda: self.packed)
        return "packed, with a prize" if wins else "packed"

    @workflow.signal
    def pack(self) -> None:
        self.packed = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[OldOrder, Parcel]).run()
    elif sys.argv[1] == "worker2":
        await Worker(client, task_queue=Q, workflows=[Order, Parcel]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("order-21").signal("pack")
    else:
        await client.start_workflow("Order", id="order-21", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
