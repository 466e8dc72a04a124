"""EXPECT: schedule 'launch' never starts anything: it has a start_at only, and no calendar,
interval or cron expression, so no time matches. Give it a calendar for that moment and
remaining_actions=1 (or start the workflow with start_delay instead).

A schedule that should run once.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow, ScheduleSpec
from temporalio.worker import Worker

Q = "launches"


@workflow.defn
class Launch:
    @workflow.run
    async def run(self) -> str:
        return "launched"


async def start(client: Client) -> None:
    at = datetime.now(UTC) + timedelta(seconds=1)
    action = ScheduleActionStartWorkflow(Launch.run, id="launch-1", task_queue=Q)
    await client.create_schedule("launch", Schedule(action=action, spec=ScheduleSpec(start_at=at)))
    while datetime.now(UTC) < at + timedelta(seconds=1):
        await asyncio.sleep(0.2)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Launch]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
