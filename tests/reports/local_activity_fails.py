"""EXPECT: local activity 'rate' fails at every attempt with KeyError 'XAU' (only the worker's log
has it): the workflow task is kept open by it. Not 'nothing is wrong'.

The server sees no attempt of a local activity.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "money"


@activity.defn
async def rate(currency: str) -> float:
    return {"EUR": 1.0}[currency]


@workflow.defn
class Money:
    @workflow.run
    async def run(self) -> float:
        return await workflow.execute_local_activity(
            rate,
            "XAU",
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Money], activities=[rate]).run()
    else:
        await client.start_workflow(Money.run, id="money-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
