"""EXPECT: activity 'charge' fails at every attempt with ValueError: 'card 4111 is expired', and
is tried without end: maximum_attempts=0 in its retry policy means no limit, not 'no retries'
(that is maximum_attempts=1). Set 1, or raise it as a non-retryable ApplicationError; give it a
valid card. This run keeps the policy it was scheduled with: terminate it (or correct the
activity) and start anew.

maximum_attempts=0 that was meant as "do not retry".
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "payments"

NO_RETRY = RetryPolicy(maximum_attempts=0)


@activity.defn
async def charge(card: str) -> None:
    raise ValueError(f"card {card} is expired")  # HERE


@workflow.defn
class Payment:
    @workflow.run
    async def run(self, card: str) -> str:
        await workflow.execute_activity(
            charge, card, start_to_close_timeout=timedelta(seconds=10), retry_policy=NO_RETRY
        )
        return "paid"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Payment], activities=[charge]).run()
    else:
        await client.start_workflow(Payment.run, "4111", id="payment-70", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
