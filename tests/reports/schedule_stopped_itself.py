"""EXPECT: schedule 'hourly-sync' paused itself (pause_on_failure) when its run failed of NoRates:
fix that, then unpause it; until then nothing runs.

A schedule that pauses on failure.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "syncs"


@workflow.defn
class Sync:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("no rates today", type="NoRates")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sync]).run()
    else:
        await client.create_schedule(
            "hourly-sync",
            Schedule(
                action=ScheduleActionStartWorkflow(Sync.run, id="sync", task_queue=Q),
                spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=1))]),
                policy=SchedulePolicy(pause_on_failure=True),
            ),
            trigger_immediately=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
