"""EXPECT: failed: its signal 'arrived' to workflow 'gate-12' reached nobody: there is no such
workflow.

Signals a workflow that is not there.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "trips"


@workflow.defn
class Trip:
    @workflow.run
    async def run(self) -> None:
        await workflow.get_external_workflow_handle("gate-12").signal("arrived")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Trip]).run()
    else:
        await client.start_workflow(Trip.run, id="trip-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
