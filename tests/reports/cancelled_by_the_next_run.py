"""EXPECT: the run of noon was cancelled by its own schedule, 'view', after a moment: overlap
policy CANCEL_OTHER, the next run was due and this one had not ended. Nobody did that by hand, and
nothing failed. As each run takes longer than the interval, each is cut off by the next one: start
it less often, make it faster, or use another overlap policy (SKIP, BUFFER_ONE).

A schedule cancels what it started before.
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
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.worker import Worker

Q = "views"


@workflow.defn
class Refresh:
    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(3600)


async def start(client: Client) -> None:
    overlap = ScheduleOverlapPolicy.CANCEL_OTHER
    action = ScheduleActionStartWorkflow(Refresh.run, id="view", task_queue=Q)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=6))])
    policy = SchedulePolicy(overlap=overlap)
    handle = await client.create_schedule("view", Schedule(action, spec=spec, policy=policy))
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for due in (noon, noon + timedelta(hours=6)):
        before = due - timedelta(hours=1)
        await handle.backfill(ScheduleBackfill(before, due + timedelta(minutes=1), overlap))
        running = f"WorkflowId = 'view-{due:%Y-%m-%dT%H:%M:%SZ}' AND ExecutionStatus = 'Running'"
        while (await client.count_workflows(running)).count == 0:
            await asyncio.sleep(0.5)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Refresh]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
