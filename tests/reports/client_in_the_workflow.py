"""EXPECT: the workflow hangs without any failure: its first task completed, nothing is pending,
and it waits for `Client.connect` in its own code, which can never end there (the worker's log has
a NotImplementedError of call_soon_threadsafe). Workflow code cannot use a client: start the other
one as a child workflow (ABANDON, if it shall live on by itself) or by an activity that has a
client. Then restart the worker and reset the workflow (or start it anew).

Workflow code connects a client.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tickets"


@workflow.defn
class Ticket:
    @workflow.run
    async def run(self, number: int) -> str:
        client = await Client.connect("localhost:7233")  # HERE
        handle = await client.start_workflow("Mail", number, id=f"mail-{number}", task_queue=Q)
        return handle.id


@workflow.defn
class Mail:
    @workflow.run
    async def run(self, number: int) -> str:
        return f"sent {number}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Ticket, Mail]).run()
    else:
        await client.start_workflow(Ticket.run, 71, id="ticket-71", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
