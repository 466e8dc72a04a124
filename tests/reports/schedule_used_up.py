"""EXPECT: schedule 'rates-sync' starts nothing any more, though it is not paused: it was limited to
2 actions (limited_actions), and none remains; update it with more of them or without the limit.

A schedule that was tried with two actions and left so.
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

Q = "rates"


@workflow.defn
class Sync:
    @workflow.run
    async def run(self) -> str:
        workflow.logger.warning("rates are in step")
        return "done"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sync]).run()
    else:
        action = ScheduleActionStartWorkflow(Sync.run, id="sync", task_queue=Q)
        spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))])
        state = ScheduleState(limited_actions=True, remaining_actions=2)
        await client.create_schedule("rates-sync", Schedule(action, spec, state=state))


if __name__ == "__main__":
    asyncio.run(main())
