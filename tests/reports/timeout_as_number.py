"""EXPECT: start_to_close_timeout is the number 30 from the settings, and not a timedelta, so the
call of 'resize' raises and the workflow task fails again and again. Make it timedelta(seconds=30).

The options of the activities come from a file of settings, where a duration is a number.
"""

import asyncio
import json
import os
import sys

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "images"
SETTINGS = json.loads('{"resize": {"start_to_close_timeout": 30}}')


@activity.defn
async def resize(image: str) -> str:
    return f"{image}-small"


@workflow.defn
class Thumbnail:
    @workflow.run
    async def run(self, image: str) -> str:
        options = SETTINGS["resize"]
        return await workflow.execute_activity(resize, image, **options)  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Thumbnail], activities=[resize]).run()
    else:
        await client.start_workflow(Thumbnail.run, "cat", id="thumbnail-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
