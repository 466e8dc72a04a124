"""EXPECT: activity 'scan' is at work and has not failed: it started the workflow 'scan-4' and
waits for its result, and nobody takes that one's first task, as no worker polls its queue
'scanners'. Start a worker of 'scanners' (or correct the queue's name in the activity); then all
goes on by itself.

An activity waits for a workflow that it started on a queue that nobody polls.
Steps: worker, start (which waits until the other one is there).
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "uploads-in"


@activity.defn
async def scan(name: str) -> str:
    return await activity.client().execute_workflow(
        "Scan", name, id=f"scan-{name}", task_queue="scanners"
    )


@workflow.defn
class Upload:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity(
            scan, name, start_to_close_timeout=timedelta(hours=1)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Upload], activities=[scan]).run()
    else:
        await client.start_workflow(Upload.run, "4", id="upload-4", task_queue=Q)
        while (await client.count_workflows("WorkflowId = 'scan-4'")).count == 0:
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main())
