"""EXPECT: the workflow task fails: the sandbox refuses time.sleep in workflow code. Use
asyncio.sleep (or workflow.sleep), which is a timer of the server, and restart the worker; it
goes on by itself.

A workflow waits between two tries as scripts do.
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "probes"


@activity.defn
async def probe(site: str) -> bool:
    return False


@workflow.defn
class Watch:
    @workflow.run
    async def run(self, site: str) -> str:
        for _ in range(3):
            if await workflow.execute_activity(
                probe, site, start_to_close_timeout=timedelta(seconds=10)
            ):
                return "up"
            time.sleep(1)  # noqa: ASYNC251  # HERE
        return "down"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Watch], activities=[probe]).run()
    else:
        await client.start_workflow(Watch.run, "example.org", id="watch-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
