"""EXPECT: activity 'save' fails at every attempt: its database connection was opened when the file
was imported, in the main thread, and a sync activity runs in a thread of the executor, where
sqlite3 refuses it (ProgrammingError). Open it within the activity (or one for each thread).

A connection of the module is used by activities in threads.
"""

import asyncio
import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "readings"
DB = sqlite3.connect(":memory:")
DB.execute("create table readings (value integer)")


@activity.defn
def save(value: int) -> None:
    DB.execute("insert into readings values (?)", (value,))  # HERE


@workflow.defn
class Reading:
    @workflow.run
    async def run(self, value: int) -> None:
        await workflow.execute_activity(save, value, start_to_close_timeout=timedelta(seconds=10))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Reading],
            activities=[save],
            activity_executor=ThreadPoolExecutor(4),
        ).run()
    else:
        await client.start_workflow(Reading.run, 21, id="reading-17", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
