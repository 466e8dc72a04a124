"""EXPECT: activity 'charge' fails at every attempt with CardDeclined: card 4000 declined:
insufficient_funds. That is an answer of the bank, no failure that passes by trying again; the
default retry policy has no limit, so the card is charged again and again. Raise it as not
retryable (ApplicationError(non_retryable=True), or 'CardDeclined' in non_retryable_error_types) and
let the workflow handle it; restart the worker, or cancel or terminate this one.

A declined card is tried without end.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "charges"


class CardDeclined(Exception):
    pass


@activity.defn
async def charge(card: str, cents: int) -> str:
    raise CardDeclined(f"card {card} declined: insufficient_funds")  # HERE


@workflow.defn
class Subscription:
    @workflow.run
    async def run(self, card: str) -> str:
        return await workflow.execute_activity(
            charge, args=[card, 1900], start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Subscription], activities=[charge]).run()
    else:
        await client.start_workflow(Subscription.run, "4000", id="subscription-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
