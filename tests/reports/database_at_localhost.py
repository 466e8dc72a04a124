"""EXPECT: activity 'save' fails at every attempt: connection refused by 127.0.0.1, port 9: no
database listens there, where the worker runs (in a container, that is the container itself).
Start the database or give the worker its right host; the next attempt connects. Temporal's own
server is fine.

An activity connects to a database whose host is the default, localhost.
"""

import asyncio
import os
import socket
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "notes"


@activity.defn
async def save(note: str) -> int:
    host, port = os.environ.get("NOTES_DATABASE", "127.0.0.1:9").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as database:  # HERE
        return database.send(note.encode())


@workflow.defn(sandboxed=False)
class Note:
    @workflow.run
    async def run(self, text: str) -> int:
        return await workflow.execute_activity(
            save, text, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Note], activities=[save]).run()
    else:
        await client.start_workflow(Note.run, "milk", id="note-21", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
