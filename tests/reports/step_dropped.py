"""EXPECT: nondeterminism: the history has activity 'notify' where the code now asks for 'archive':
the call of 'notify' was taken out while the workflow ran. Put it back (for old runs behind
workflow.patched()), then it goes on by itself; or reset.

Steps: worker, start, worker2, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "files"
LIMIT = timedelta(seconds=10)


@activity.defn
async def notify() -> None: ...


@activity.defn
async def archive() -> None: ...


class Base:
    def __init__(self) -> None:
        self.done = False

    @workflow.signal
    def close(self) -> None:
        self.done = True


@workflow.defn(name="File")
class OldFile(Base):
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(notify, start_to_close_timeout=LIMIT)
        await workflow.execute_activity(archive, start_to_close_timeout=LIMIT)
        await workflow.wait_condition(lambda: self.done)


@workflow.defn(name="File")
class File(Base):
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(archive, start_to_close_timeout=LIMIT)
        await workflow.wait_condition(lambda: self.done)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        file = File if sys.argv[1] == "worker2" else OldFile
        await Worker(client, task_queue=Q, workflows=[file], activities=[notify, archive]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("file-1").signal("close")
    else:
        await client.start_workflow("File", id="file-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
