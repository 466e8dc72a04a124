"""EXPECT: in order: it was started with a start_delay of 5 h and begins then. No alarm.

A delayed start looks like a workflow that nobody takes.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "reminders"


@workflow.defn
class Reminder:
    @workflow.run
    async def run(self) -> str:
        return "reminded"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Reminder]).run()
    else:
        await client.start_workflow(
            Reminder.run, id="reminder-1", task_queue=Q, start_delay=timedelta(hours=5)
        )


if __name__ == "__main__":
    asyncio.run(main())
