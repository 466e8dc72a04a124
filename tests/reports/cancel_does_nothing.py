"""EXPECT: the workflow task fails at every attempt with KeyError 'express' in run(). A
cancellation was asked for since, and it can do nothing while the task fails: the worker never
comes so far as to handle it. Correct the code and restart the worker (then the cancellation comes
through by itself), or terminate the workflow, which needs no worker.

A workflow whose task fails is cancelled, and goes on running.
Steps: worker, start, stop.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "deliveries"
DAYS = {"normal": 5, "slow": 9}


@workflow.defn
class Delivery:
    @workflow.run
    async def run(self, kind: str) -> str:
        days = DAYS[kind]  # HERE
        await workflow.sleep(timedelta(days=days))
        return f"delivered after {days} days"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Delivery]).run()
    elif sys.argv[1] == "stop":
        await client.get_workflow_handle("delivery-40").cancel()
    else:
        await client.start_workflow(Delivery.run, "express", id="delivery-40", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
