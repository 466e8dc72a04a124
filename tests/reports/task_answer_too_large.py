"""EXPECT: the answer to one workflow task is over 4 MB (4 activities of 1.5 MB arguments each), too
large for one gRPC message: pass references, or start fewer at once.

Each argument is allowed, all together are not.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "images"


@activity.defn
async def resize(image: str) -> int:
    return len(image)


@workflow.defn
class Album:
    @workflow.run
    async def run(self) -> int:
        images = [
            workflow.execute_activity(
                resize, "i" * 1_500_000, start_to_close_timeout=timedelta(minutes=1)
            )
            for _ in range(4)
        ]
        return sum(await asyncio.gather(*images))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Album], activities=[resize]).run()
    else:
        await client.start_workflow(Album.run, id="album-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
