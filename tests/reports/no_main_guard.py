"""EXPECT: the worker dies at start ('Failed validating workflow Stamp', RuntimeError:
asyncio.run() cannot be called from a running event loop): the file calls asyncio.run(main())
whenever it is imported, and the sandbox imports it once more to validate the workflow. Put that
call under `if __name__ == "__main__":` (or the workflow into a file of its own), then start the
worker; the workflow's first task still waits for it.

A file without a main guard.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "stamps"


@workflow.defn
class Stamp:
    @workflow.run
    async def run(self) -> str:
        return "stamped"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Stamp]).run()
    else:
        await client.start_workflow(Stamp.run, id="stamp-1", task_queue=Q)


asyncio.run(main())  # HERE
