"""EXPECT: activity 'handle' fails at every attempt with an AttributeError: it gets a Refund where
the workflow gave a Payment. Its parameter is `Refund | Payment`; the converter takes the first
type of these that fits, and leaves out the fields that are too many. Put the type with more
fields first, or (better) have one type with a field that tells the kind; restart the worker.

A parameter of a union type is decoded as the wrong one.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "money"


@dataclass
class Refund:
    order: str
    amount: int


@dataclass
class Payment:
    order: str
    amount: int
    card: str


@activity.defn
async def handle(move: Refund | Payment) -> str:
    return f"{move.order}: {move.amount} by {move.card[-4:]}"  # HERE


@workflow.defn
class Money:
    @workflow.run
    async def run(self, order: str) -> str:
        payment = Payment(order, 30, "4000 1234")
        return await workflow.execute_activity(
            handle, payment, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Money], activities=[handle]).run()
    else:
        await client.start_workflow(Money.run, "A7", id="money-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
