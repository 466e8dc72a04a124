"""EXPECT: the workflow task fails: TypeError, run() missing 1 required positional argument: 'shop'.
Schedule 'restock' starts it without an argument. Give the schedule's action args=["..."] (update
the schedule) and terminate this run, as its own input cannot be changed; or give shop a default
and restart the worker: then it goes on by itself.

A schedule starts a workflow without the argument that it needs.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleBackfill,
    ScheduleIntervalSpec,
    ScheduleSpec,
)
from temporalio.worker import Worker

Q = "shops"


@workflow.defn
class Restock:
    @workflow.run
    async def run(self, shop: str) -> str:
        return f"{shop} is full"


async def start(client: Client) -> None:
    action = ScheduleActionStartWorkflow("Restock", id="restock", task_queue=Q)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))])
    handle = await client.create_schedule("restock", Schedule(action, spec=spec))
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    await handle.backfill(ScheduleBackfill(begin, begin + timedelta(hours=1)))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Restock]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
