"""EXPECT: the only worker of queue 'invoices' was given workflows and no activities, so it does not
poll for activities, and 'render' waits for ever. Give it activities=[render], or start another one.

Forgotten: activities= of the worker.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "invoices"


@activity.defn
async def render(number: int) -> str:
    return f"invoice {number}"


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, number: int) -> str:
        return await workflow.execute_activity(
            render, number, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Invoice]).run()
    else:
        await client.start_workflow(Invoice.run, 12, id="invoice-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
