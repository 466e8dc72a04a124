"""EXPECT: 'book' cannot decode its argument: Invoice wants 'currency', which the caller does not
send: give the new field a default, or send it.

A field was added to a dataclass on one side.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "books"


@dataclass
class Invoice:
    number: str
    currency: str


@activity.defn
async def book(invoice: Invoice) -> str:
    return invoice.currency


@workflow.defn
class Books:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            "book",
            {"number": "7"},
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
            result_type=str,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Books], activities=[book]).run()
    else:
        await client.start_workflow(Books.run, id="books-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
