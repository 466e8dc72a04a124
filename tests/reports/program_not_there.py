"""EXPECT: activity 'cut' fails at every attempt with FileNotFoundError: the program
'reel-cutter' is not installed where the worker runs (or not in its PATH). Install it there (in
the worker's image); the next attempt finds it.

An activity runs a program that the worker's machine does not have.
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

Q = "reels"


@activity.defn
def cut(film: str) -> str:
    subprocess.run(["reel-cutter", "--seconds", "30", film], check=True)  # HERE
    return f"short-{film}"


@workflow.defn(sandboxed=False)
class Trailer:
    @workflow.run
    async def run(self, film: str) -> str:
        return await workflow.execute_activity(
            cut, film, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        with ThreadPoolExecutor() as pool:
            await Worker(
                client,
                task_queue=Q,
                workflows=[Trailer],
                activities=[cut],
                activity_executor=pool,
            ).run()
    else:
        await client.start_workflow(Trailer.run, "sea.mp4", id="trailer-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
