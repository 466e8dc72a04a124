"""EXPECT: every attempt of 'count' fails with "Cannot operate on a closed database": all activities
of the worker share one connection (DATABASE), which an activity 'back_up' of another workflow has
closed; no retry helps, as it is the same connection each time. Open it anew where it is closed, or
one for each activity; a restart of the worker helps until the next 'back_up'.

Two workflows, one process, one connection.
"""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "library"
DATABASE = sqlite3.connect(":memory:", check_same_thread=False)


@activity.defn
async def back_up() -> int:
    with closing(DATABASE) as database:
        return len("".join(database.iterdump()))


@activity.defn
async def count() -> int:
    row = DATABASE.execute("select count(*) from sqlite_master").fetchone()  # HERE
    return int(row[0])


@workflow.defn
class BackUp:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            back_up, start_to_close_timeout=timedelta(seconds=10)
        )


@workflow.defn
class Count:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(count, start_to_close_timeout=timedelta(seconds=10))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[BackUp, Count], activities=[back_up, count]
        ).run()
    else:
        await client.execute_workflow(BackUp.run, id="back-up-1", task_queue=Q)
        await client.start_workflow(Count.run, id="count-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
