"""EXPECT: activity 'refund' is not registered on the worker, which has 'reserve' only: add it to
activities=[...], restart the worker; then it is tried again by itself and goes on.

A step was added to the workflow, and its activity forgotten in the worker's list.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "seats"


@activity.defn
async def reserve(seat: str) -> str:
    return f"{seat} is reserved"


@activity.defn
async def refund(seat: str) -> str:
    return f"{seat} is refunded"


@workflow.defn
class Ticket:
    @workflow.run
    async def run(self, seat: str) -> str:
        limit = timedelta(seconds=10)
        await workflow.execute_activity(reserve, seat, start_to_close_timeout=limit)
        return await workflow.execute_activity(refund, seat, start_to_close_timeout=limit)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Ticket], activities=[reserve]).run()
    else:
        await client.start_workflow(Ticket.run, "4b", id="ticket-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
