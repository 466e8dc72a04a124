"""EXPECT: the real error is NoPrice 'no price of tin' in quote(); its details cannot be encoded.

An error with details that no converter takes: the error about these stands in its place.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "metals"


class Prices:
    pass


@activity.defn
async def quote(grams: int) -> int:
    raise ApplicationError("no price of tin", Prices(), type="NoPrice")


@workflow.defn
class Quote:
    @workflow.run
    async def run(self, grams: int) -> int:
        return await workflow.execute_activity(
            quote, grams, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Quote], activities=[quote]).run()
    else:
        await client.start_workflow(Quote.run, 9, id="quote-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
