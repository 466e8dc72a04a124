"""EXPECT: activity 'take' of import-2 fails at every attempt with RuntimeError: 'site 7 is locked
by import-1'. import-1 was terminated, so its code that gives the lock back never ran, and nobody
will release it. Release the lock by hand (remove the file) and the next try goes well; let locks
expire, and cancel instead of terminating so that the cleanup runs.

A lock outlives the workflow that took it.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "imports"


LOCK = Path(__file__).with_name("site-7.lock")


@activity.defn
async def take(holder: str) -> None:
    try:
        with LOCK.open("x") as file:
            file.write(holder)
    except FileExistsError:
        raise RuntimeError(f"site 7 is locked by {LOCK.read_text()}") from None  # HERE


@activity.defn
async def release() -> None:
    LOCK.unlink()


@workflow.defn
class Import:
    @workflow.run
    async def run(self) -> None:
        soon = timedelta(seconds=10)
        holder = workflow.info().workflow_id
        await workflow.execute_activity(take, holder, start_to_close_timeout=soon)
        try:
            await asyncio.sleep(3600)
        finally:
            await workflow.execute_activity(release, start_to_close_timeout=soon)


async def start(client: Client) -> None:
    first = await client.start_workflow(Import.run, id="import-1", task_queue=Q)
    while not LOCK.exists() or LOCK.read_text() == "":
        await asyncio.sleep(0.1)
    await first.terminate(reason="takes too long")
    await client.start_workflow(Import.run, id="import-2", task_queue=Q)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Import], activities=[take, release]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
