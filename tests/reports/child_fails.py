"""EXPECT: the parent failed since its child invoice-31 failed, and that since its activity
'convert' failed: UnknownCurrency, no rate of XBT, after 2 of 2 attempts. Correct 'convert' or the
currency, then start the parent anew.

"Child Workflow execution failed" is all that the parent itself says.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "sales"


class UnknownCurrency(Exception):
    pass


@activity.defn
async def convert(currency: str) -> float:
    rates = {"EUR": 0.95, "USD": 0.88}
    if currency not in rates:
        raise UnknownCurrency(f"no rate of {currency}")  # HERE
    return rates[currency]


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, currency: str) -> float:
        return await workflow.execute_activity(
            convert,
            currency,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=2),
        )


@workflow.defn
class Sale:
    @workflow.run
    async def run(self, currency: str) -> str:
        rate = await workflow.execute_child_workflow(Invoice.run, currency, id="invoice-31")
        return f"sold at {rate}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sale, Invoice], activities=[convert]).run()
    else:
        await client.start_workflow(Sale.run, "XBT", id="sale-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
