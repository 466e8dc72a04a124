"""EXPECT: the worker cannot reach the server: TEMPORAL_HOST is not set, so it tries 127.0.0.1:7,
where the connection is refused, and ends. Set the address (the server is at TEMPORAL_ADDRESS).

The worker takes the address from another variable than the starter does.
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
    async def run(self) -> str:
        return "printed"


async def main() -> None:
    if sys.argv[1] == "worker":
        client = await Client.connect(os.environ.get("TEMPORAL_HOST", "127.0.0.1:7"))
        await Worker(client, task_queue=Q, workflows=[Ticket]).run()
    else:
        client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
        await client.start_workflow(Ticket.run, id="ticket-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
