"""EXPECT: it waits, although its signal 'approve' came and its handler ran: the handler sets a
local variable, so self.approved stays False. Sending it again is of no use: correct the handler
(self.approved = True), restart the worker; the signal is replayed and the run goes on (reset it or
send the signal again where it does not).

The handler of a signal forgets the self.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "trips"


@workflow.defn
class Trip:
    def __init__(self) -> None:
        self.approved = False

    @workflow.signal
    def approve(self, by: str) -> None:
        approved = by != ""  # noqa: F841

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.approved)
        return "booked"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Trip]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("trip-4").signal("approve", "anna")
    else:
        await client.start_workflow(Trip.run, id="trip-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
