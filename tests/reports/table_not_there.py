"""EXPECT: activity 'save' fails at every attempt with OperationalError: no such table: notes. The
worker's database lacks the table: its migrations were not run there (or it is another database).
Create the table; the next attempt passes by itself.

The table that an activity writes to was never created.
"""

import asyncio
import os
import sqlite3
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "notes"


@activity.defn
async def save(text: str) -> None:
    database = sqlite3.connect("notes.db")
    try:
        database.execute("INSERT INTO notes VALUES (?)", (text,))  # HERE
        database.commit()
    finally:
        database.close()


@workflow.defn(sandboxed=False)
class Note:
    @workflow.run
    async def run(self, text: str) -> None:
        await workflow.execute_activity(save, text, start_to_close_timeout=timedelta(seconds=10))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Note], activities=[save]).run()
    else:
        await client.start_workflow(Note.run, "buy milk", id="note-44", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
