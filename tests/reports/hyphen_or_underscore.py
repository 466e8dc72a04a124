"""EXPECT: nobody polls 'gpu-jobs'; a worker polls 'gpu_jobs': one of the two names is misspelt.

Two spellings of a queue.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "films"


@activity.defn
async def encode(film: str) -> str:
    return film


@workflow.defn
class Film:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            encode, "one", task_queue="gpu-jobs", start_to_close_timeout=timedelta(minutes=1)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await asyncio.gather(
            Worker(client, task_queue=Q, workflows=[Film]).run(),
            Worker(client, task_queue="gpu_jobs", activities=[encode]).run(),
        )
    else:
        await client.start_workflow(Film.run, id="film-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
