"""EXPECT: the run failed of nondeterminism: the new code calls 'weigh' where the history has
'pack'. It FAILED, and did not only stall, because the worker takes every Exception for a failure of
the workflow (workflow_failure_exception_types). Guard the change with workflow.patched; what failed
must be started anew (or reset with the old code back).

Steps: worker, start, worker2, poke. The order of two activities was changed while a run was open.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"


@activity.defn
async def pack(number: int) -> None: ...


@activity.defn
async def weigh(number: int) -> None: ...


class Base:
    def __init__(self) -> None:
        self.sent = False

    @workflow.signal
    def send(self) -> None:
        self.sent = True

    async def work(self, number: int, *steps: str) -> None:
        for step in steps:
            await workflow.execute_activity(
                step, number, start_to_close_timeout=timedelta(seconds=10)
            )
        await workflow.wait_condition(lambda: self.sent)


@workflow.defn(name="Parcel")
class OldParcel(Base):
    @workflow.run
    async def run(self, number: int) -> None:
        await self.work(number, "pack", "weigh")


@workflow.defn(name="Parcel")
class Parcel(Base):
    @workflow.run
    async def run(self, number: int) -> None:
        await self.work(number, "weigh", "pack")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        kind = Parcel if sys.argv[1] == "worker2" else OldParcel
        await Worker(
            client,
            task_queue=Q,
            workflows=[kind],
            activities=[pack, weigh],
            workflow_failure_exception_types=[Exception],
        ).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("parcel-6").signal("send")
    else:
        await client.start_workflow("Parcel", 6, id="parcel-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
