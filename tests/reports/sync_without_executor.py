"""EXPECT: no worker, as it dies at start: ValueError, activity 'print_label' is not async, so
activity_executor must be given (ThreadPoolExecutor).

A sync activity in a worker without an executor.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "labels"


@activity.defn
def print_label(name: str) -> str:
    return name


@workflow.defn
class Label:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            print_label, "A", start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Label], activities=[print_label]).run()
    else:
        await client.start_workflow(Label.run, id="label-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
