"""EXPECT: what 'total' returns cannot be encoded: a Decimal is not JSON serializable; return text,
or a data converter for it. Its work is done again at each attempt.

An activity returns a Decimal.
"""

import asyncio
import os
import sys
from datetime import timedelta
from decimal import Decimal

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "totals"


@activity.defn
async def total() -> Decimal:
    return Decimal("10.50")


@workflow.defn
class Total:
    @workflow.run
    async def run(self) -> str:
        amount = await workflow.execute_activity(
            total,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )
        return str(amount)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Total], activities=[total]).run()
    else:
        await client.start_workflow(Total.run, id="total-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
