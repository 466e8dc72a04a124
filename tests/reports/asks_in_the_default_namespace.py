"""EXPECT: activity 'report' fails at every attempt with RPCError: workflow not found for ID:
batch-19, although batch-19 runs: it is in namespace 'staging', as the worker is, and the activity
connects without naming one, so its client asks in 'default'. Give it namespace= (or use
activity.client()); restart the worker; the next attempt goes well.

An activity's own client is in another namespace.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "batches"

ADDRESS = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")


@activity.defn
async def report(done: int) -> None:
    client = await Client.connect(ADDRESS)
    workflow_id = activity.info().workflow_id
    assert workflow_id
    await client.get_workflow_handle(workflow_id).signal("progress", done)  # HERE


@workflow.defn
class Batch:
    def __init__(self) -> None:
        self.done = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.execute_activity(report, 10, start_to_close_timeout=timedelta(seconds=30))
        return self.done

    @workflow.signal
    def progress(self, done: int) -> None:
        self.done = done


async def main() -> None:
    client = await Client.connect(ADDRESS, namespace="staging")
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Batch], activities=[report]).run()
    else:
        await client.start_workflow(Batch.run, id="batch-19", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
