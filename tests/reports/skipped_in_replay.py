"""EXPECT: nondeterminism. The code asks workflow.unsafe.is_replaying() and calls 'announce' only
when it does not replay, so each replay leaves out what the history has. The code was not changed;
a reset does not help until that question is out of the code (it is for logging only).

Workflow code leaves out an activity when it is replayed.
Steps: worker, start, kill, worker, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "auctions"
SHORT = timedelta(seconds=10)


@activity.defn
async def announce(lot: str) -> None:
    print("announced", lot)


@activity.defn
async def settle(lot: str) -> str:
    return f"{lot} is sold"


@workflow.defn
class Auction:
    def __init__(self) -> None:
        self.closed = False

    @workflow.signal
    def close(self) -> None:
        self.closed = True

    @workflow.run
    async def run(self, lot: str) -> str:
        if not workflow.unsafe.is_replaying():
            await workflow.execute_activity(announce, lot, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.closed)
        return await workflow.execute_activity(settle, lot, start_to_close_timeout=SHORT)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        worker = Worker(client, task_queue=Q, workflows=[Auction], activities=[announce, settle])
        await worker.run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("auction-31").signal("close")
    else:
        await client.start_workflow(Auction.run, "clock", id="auction-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
