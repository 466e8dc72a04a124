"""EXPECT: the parent waits for its child 'print-8', whose workflow task fails: TypeError, run()
missing 1 required positional argument: 'copies'. The parent starts it with one argument only.
Pass args=[photo, copies] in the parent, or give copies a default in the child; with the default
and the worker restarted the child goes on, otherwise end it and start the parent anew (or reset
the parent to before it).

A parent gives its child too few arguments.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "prints"


@workflow.defn
class Print:
    @workflow.run
    async def run(self, photo: str, copies: int) -> str:
        return f"{copies} of {photo}"


@workflow.defn
class Album:
    @workflow.run
    async def run(self, photo: str) -> str:
        return str(await workflow.execute_child_workflow("Print", photo, id="print-8"))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Album, Print]).run()
    else:
        await client.start_workflow(Album.run, "cat.jpg", id="album-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
