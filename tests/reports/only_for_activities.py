"""EXPECT: nobody takes the workflow's first task: the only worker of queue 'photos' was given
activities and no workflows, so it polls for activity tasks only. Give it workflows=[Photo], or
start another worker of that queue that has them; the workflow then begins by itself.

Split into two workers, of which only one is started.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "photos"


@activity.defn
async def shrink(name: str) -> str:
    return f"small {name}"


@workflow.defn
class Photo:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity(
            shrink, name, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, activities=[shrink]).run()
    else:
        photo = await client.start_workflow(Photo.run, "cat.jpg", id="photo-31", task_queue=Q)
        for _ in range(5):
            await asyncio.sleep(1)
            if (await photo.describe()).close_time:
                break


if __name__ == "__main__":
    asyncio.run(main())
