"""EXPECT: schedule 'every-second' skips, since its last workflow still waits; schedule 'held' is
paused ('until Friday').

A schedule whose last workflow never ends, and one that somebody paused.
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
    ScheduleSpec,
    ScheduleState,
)
from temporalio.worker import Worker

Q = "digests"


@workflow.defn
class Digest:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Digest]).run()
    else:
        for name, paused in (("every-second", False), ("held", True)):
            await client.create_schedule(
                name,
                Schedule(
                    action=ScheduleActionStartWorkflow(
                        Digest.run, id=f"digest-{name}", task_queue=Q
                    ),
                    spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))]),
                    state=ScheduleState(paused=paused, note="until Friday" if paused else ""),
                ),
            )


if __name__ == "__main__":
    asyncio.run(main())
