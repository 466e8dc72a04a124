"""EXPECT: each run that schedule 'digest' started failed in the same way: activity 'load' fails
at its first attempt (not retryable) with 'feed 12 was deleted'. The schedule goes on to start
runs that cannot go well. One trouble, not many: give it a feed that is there, or pause or delete
the schedule.

A schedule whose every run fails.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleBackfill,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    ScheduleSpec,
)
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "digests"


@activity.defn
async def load(feed: int) -> list[str]:
    raise ApplicationError(f"feed {feed} was deleted", type="FeedGone", non_retryable=True)  # HERE


@workflow.defn
class Digest:
    @workflow.run
    async def run(self, feed: int) -> int:
        soon = timedelta(seconds=10)
        return len(await workflow.execute_activity(load, feed, start_to_close_timeout=soon))


async def start(client: Client) -> None:
    action = ScheduleActionStartWorkflow(Digest.run, 12, id="digest", task_queue=Q)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=1))])
    handle = await client.create_schedule("digest", Schedule(action, spec=spec))
    begin = datetime(2026, 1, 1, 6, tzinfo=UTC)
    every = ScheduleOverlapPolicy.ALLOW_ALL
    await handle.backfill(ScheduleBackfill(begin, begin + timedelta(hours=4), every))
    failed = 0
    while failed < 5:
        await asyncio.sleep(0.3)
        failed = (await client.count_workflows("ExecutionStatus = 'Failed'")).count


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Digest], activities=[load]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
