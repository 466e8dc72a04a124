"""EXPECT: failed: it asked to cancel workflow 'session-77', which does not exist (any more).

Cancels a workflow that is not there.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "sessions"


@workflow.defn
class Logout:
    @workflow.run
    async def run(self) -> str:
        await workflow.get_external_workflow_handle("session-77").cancel()
        return "logged out"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Logout]).run()
    else:
        await client.start_workflow(Logout.run, id="logout-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
