"""EXPECT: the workflow's retry policy begins it anew for ever; each run fails with NoPrice.

A workflow with a retry policy, which fails at each run.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "prices"


@workflow.defn
class Prices:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("no price of gold", type="NoPrice")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Prices]).run()
    else:
        await client.start_workflow(
            Prices.run,
            id="prices-1",
            task_queue=Q,
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=3), backoff_coefficient=1.0
            ),
        )


if __name__ == "__main__":
    asyncio.run(main())
