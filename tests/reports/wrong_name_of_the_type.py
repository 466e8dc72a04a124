"""EXPECT: CardRefused is retried although it is meant not to be: non_retryable_error_types says
'payments.CardRefused', the failure's type is 'CardRefused' (the bare class name).

The name with its module never matches.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "cards"


class CardRefused(Exception):
    pass


@activity.defn
async def pay() -> None:
    raise CardRefused("stolen")


@workflow.defn
class Payment:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            pay,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                backoff_coefficient=1.0, non_retryable_error_types=["payments.CardRefused"]
            ),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Payment], activities=[pay]).run()
    else:
        await client.start_workflow(Payment.run, id="payment-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
