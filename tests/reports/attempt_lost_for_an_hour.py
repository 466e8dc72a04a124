"""EXPECT: 'mirror' was lost with its worker, and nobody works on it for an hour: diagnose lists it.

The worker is killed while it has an activity without heartbeats; another worker comes.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "mirrors"


@activity.defn
async def mirror(site: str) -> str:
    await asyncio.sleep(600)
    return site


@workflow.defn
class Mirror:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            mirror, "docs", start_to_close_timeout=timedelta(hours=1)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Mirror], activities=[mirror]).run()
    else:
        await client.start_workflow(Mirror.run, id="mirror-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
