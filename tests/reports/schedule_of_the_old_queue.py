"""EXPECT: schedule 'tally' starts its workflow on queue 'tallies', which nobody polls: the worker
polls 'tallies-2' since it was renamed, and the schedule still has the old name. Its first workflow
waits for a worker, and all the later ones are skipped as that one still runs. Update the
schedule's task queue to 'tallies-2' and terminate the waiting one (or run a worker for 'tallies').

The queue was renamed, the schedule was not.
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
)
from temporalio.worker import Worker

Q = "tallies-2"


@workflow.defn
class Tally:
    @workflow.run
    async def run(self) -> str:
        return "counted"


async def start(client: Client) -> None:
    action = ScheduleActionStartWorkflow(Tally.run, id="tally", task_queue="tallies")
    each = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))])
    await client.create_schedule("tally", Schedule(action=action, spec=each))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Tally]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
