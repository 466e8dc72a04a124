"""EXPECT: activity 'refresh' fails at every attempt with TypeError: 'NoneType' object is not
subscriptable: the database has no row of team 31 (it was deleted, or never was), so fetchone() gave
None. Trying again cannot bring it back: terminate the workflow or put the team back; let the
activity say so with an error that is not retryable (and end what starts it for teams that are
gone).

An activity reads a row that is not there any more.
"""

import asyncio
import os
import sqlite3
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "teams"


@activity.defn
async def refresh(team: int) -> str:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE team (id INTEGER, name TEXT)")
        database.execute("INSERT INTO team VALUES (30, 'north')")
        row = database.execute("SELECT name FROM team WHERE id = ?", (team,)).fetchone()
    return f"{row[0]} is fresh"  # HERE


@workflow.defn
class Refresh:
    @workflow.run
    async def run(self, team: int) -> str:
        return await workflow.execute_activity(
            refresh, team, start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Refresh], activities=[refresh]).run()
    else:
        await client.start_workflow(Refresh.run, 31, id="refresh-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
