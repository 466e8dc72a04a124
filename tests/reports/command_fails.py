"""EXPECT: activity 'publish' fails at every attempt with CalledProcessError: its command ls
/nowhere/releases ends with status 2. Why, the command said on its stderr, which the code
captured and threw away: put it into the error (or run the command by hand), then mend what it
names; the next attempt takes the new code after a restart of the worker.

An activity runs a command, which fails.
"""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "releases"


@activity.defn
def publish(version: str) -> str:
    command = ["ls", "/nowhere/releases"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # HERE
    return done.stdout


@workflow.defn
class Release:
    @workflow.run
    async def run(self, version: str) -> str:
        return await workflow.execute_activity(
            publish, version, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Release],
            activities=[publish],
            activity_executor=ThreadPoolExecutor(4),
        ).run()
    else:
        await client.start_workflow(Release.run, "1.4", id="release-14", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
