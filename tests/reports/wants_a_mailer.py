"""EXPECT: workflow task fails: TypeError, Welcome.__init__() missing 1 required positional argument
'mailer': the SDK makes the workflow object itself, without arguments. What it needs belongs into an
activity (its object may be given a mailer), or into the input (@workflow.init); restart the worker.

Dependency injection by the constructor of a workflow.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "signups"


class Mailer:
    def send(self, text: str) -> None:
        print(text)


@workflow.defn
class Welcome:
    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer

    @workflow.run
    async def run(self, name: str) -> str:
        self.mailer.send(f"Welcome, {name}")
        return "sent"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Welcome]).run()
    else:
        await client.start_workflow(Welcome.run, "Ben", id="welcome-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
