"""EXPECT: the workflow failed of its signal handler: 'resize' raised ApplicationError 'no size
XXL', and that fails the whole workflow, not only the signal. Do not raise there (ignore and log
it), or make it an update with a validator, which only refuses the caller. Start it again.

Who wrote it thought that the sender would get the error.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "shirts"


@workflow.defn
class Shirt:
    def __init__(self) -> None:
        self.size = "M"
        self.sent = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.sent)
        return self.size

    @workflow.signal
    def resize(self, size: str) -> None:
        if size not in ("S", "M", "L"):
            raise ApplicationError(f"no size {size}", type="NoSuchSize")  # HERE
        self.size = size

    @workflow.signal
    def send(self) -> None:
        self.sent = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Shirt]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("shirt-1").signal(Shirt.resize, "XXL")
    else:
        await client.start_workflow(Shirt.run, id="shirt-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
