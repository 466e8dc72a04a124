"""EXPECT: waits; update 'reserve' was accepted and failed with SoldOut 'none left', so nothing was
reserved.

The only update that it waits for fails in its handler.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "seats"


@workflow.defn
class Booking:
    def __init__(self) -> None:
        self.seat = ""

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.seat != "")
        return self.seat

    @workflow.update
    async def reserve(self, seat: str) -> str:
        await workflow.sleep(0.1)
        raise ApplicationError("none left", type="SoldOut")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Booking]).run()
    else:
        handle = await client.start_workflow(Booking.run, id="booking-1", task_queue=Q)
        try:
            await handle.execute_update(Booking.reserve, "12A")
        except WorkflowUpdateFailedError as error:
            print(error.cause)


if __name__ == "__main__":
    asyncio.run(main())
