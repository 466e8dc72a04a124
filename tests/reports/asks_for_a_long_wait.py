"""EXPECT: 'quote' fails with RateLimited and asks itself for the next attempt in two hours
(next_retry_delay), whatever its retry policy says; activity reset tries it at once.

An activity's error that has a delay of its own.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "quotes"


@activity.defn
async def quote(symbol: str) -> float:
    raise ApplicationError(
        f"too many requests for {symbol}", type="RateLimited", next_retry_delay=timedelta(hours=2)
    )


@workflow.defn
class Quote:
    @workflow.run
    async def run(self) -> float:
        return await workflow.execute_activity(
            quote, "TMP", start_to_close_timeout=timedelta(seconds=5)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Quote], activities=[quote]).run()
    else:
        await client.start_workflow(Quote.run, id="quote-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
