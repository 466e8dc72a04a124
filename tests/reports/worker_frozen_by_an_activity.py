"""EXPECT: the activity scan of another workflow blocks the event loop (time.sleep in async def), so
the worker answers no task at all: make scan a plain def with a thread pool, or await.

An innocent workflow that is served by a blocked worker.
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "office"


@activity.defn
async def scan(path: str) -> int:
    print("scanning", path, flush=True)
    time.sleep(600)  # a library that blocks
    return 1


@workflow.defn
class Scan:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            scan, "/archive", start_to_close_timeout=timedelta(hours=1)
        )


@workflow.defn
class Greet:
    @workflow.run
    async def run(self) -> str:
        return "hello"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Scan, Greet], activities=[scan]).run()
    elif sys.argv[1] == "greet":
        await client.start_workflow(Greet.run, id="greet-1", task_queue=Q)
    else:
        await client.start_workflow(Scan.run, id="scan-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
