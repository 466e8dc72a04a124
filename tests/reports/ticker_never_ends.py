"""EXPECT: it does not complete though its work is done: activity 'copy_rows' completed, and run()
waits by asyncio.gather for its ticker, too, which sleeps and counts without end. Start the ticker
as a task of its own and cancel it when the work is done, or let its loop end with the work; restart
the worker and reset the workflow (or start it anew).

gather() waits for a loop that never ends.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "copies"


@activity.defn
async def copy_rows(table: str) -> int:
    await asyncio.sleep(1)
    return len(table)


@workflow.defn
class Copy:
    def __init__(self) -> None:
        self.minutes = 0

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(60)
            self.minutes += 1

    @workflow.run
    async def run(self, table: str) -> int:
        rows, _ = await asyncio.gather(
            workflow.execute_activity(
                copy_rows, table, start_to_close_timeout=timedelta(minutes=5)
            ),
            self.tick(),
        )
        return rows

    @workflow.query
    def running_for(self) -> int:
        return self.minutes


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Copy], activities=[copy_rows]).run()
    else:
        await client.start_workflow(Copy.run, "orders", id="copy-orders", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
