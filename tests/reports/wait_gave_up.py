"""EXPECT: failed of the TimeoutError of its own wait_condition (2 s, at that line), as no signal
'confirm' came in time; no activity, no worker, no timeout of Temporal: catch it or wait longer.

Nobody catches the end of the waiting.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "orders"


@workflow.defn
class Confirmation:
    def __init__(self) -> None:
        self.confirmed = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.confirmed, timeout=timedelta(seconds=2))  # HERE
        return "confirmed"

    @workflow.signal
    def confirm(self) -> None:
        self.confirmed = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Confirmation]).run()
    else:
        await client.start_workflow(Confirmation.run, id="confirmation-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
