"""EXPECT: ValueError 'no such plan' at that line fails the workflow task, which is retried for ever:
a plain exception does not fail the workflow; fix it, or raise ApplicationError where the workflow
is to fail.

A workflow means to fail and does not.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "plans"


@workflow.defn
class Plan:
    @workflow.run
    async def run(self, name: str) -> str:
        if name not in ("basic", "full"):
            raise ValueError("no such plan")  # HERE
        return name


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Plan]).run()
    else:
        await client.start_workflow(Plan.run, "gold", id="plan-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
