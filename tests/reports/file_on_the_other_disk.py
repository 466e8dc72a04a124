"""EXPECT: 'resize' fails at every attempt with FileNotFoundError of cat.jpg: 'download' wrote that
on the disk of the worker that ran it, and another worker, with a disk of its own, has taken
'resize'. Hand the file over by a shared store, do both in one activity, or send both to one
worker's own queue.

Steps: worker, start, worker DISK=disk-b, poke. The workers stand for two machines.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pictures"


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @activity.defn
    async def download(self, name: str) -> str:
        (self.folder / name).write_bytes(b"picture")
        return name

    @activity.defn
    async def resize(self, name: str) -> int:
        return len((self.folder / name).read_bytes()) // 2  # HERE


@workflow.defn
class Picture:
    def __init__(self) -> None:
        self.approved = False

    @workflow.run
    async def run(self, name: str) -> int:
        limit = timedelta(seconds=10)
        name = await workflow.execute_activity_method(
            Disk.download, name, start_to_close_timeout=limit
        )
        await workflow.wait_condition(lambda: self.approved)
        return await workflow.execute_activity_method(
            Disk.resize, name, start_to_close_timeout=limit
        )

    @workflow.signal
    def approve(self) -> None:
        self.approved = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        folder = Path(os.environ.get("DISK", "disk-a"))
        folder.mkdir(exist_ok=True)
        disk = Disk(folder)
        await Worker(
            client, task_queue=Q, workflows=[Picture], activities=[disk.download, disk.resize]
        ).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("picture-1").signal(Picture.approve)
    else:
        await client.start_workflow(Picture.run, "cat.jpg", id="picture-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
