"""EXPECT: the workflow task fails: two activities that run at once have the same activity_id
'thumb-cover.png', as the list has that picture twice (the server refuses a duplicate id). Make the
id unique (put the index into it, or leave activity_id out) or the list without doubles.

A workflow gives its activities ids made of what they work at.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "thumbs"


@activity.defn
async def shrink(picture: str) -> str:
    await asyncio.sleep(5)
    return f"small {picture}"


@workflow.defn
class Thumbs:
    @workflow.run
    async def run(self, pictures: list[str]) -> list[str]:
        parts = [
            workflow.execute_activity(
                shrink,
                picture,
                activity_id=f"thumb-{picture}",
                start_to_close_timeout=timedelta(minutes=1),
            )
            for picture in pictures
        ]
        return list(await asyncio.gather(*parts))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Thumbs], activities=[shrink]).run()
    else:
        pictures = ["cover.png", "map.png", "cover.png"]
        await client.start_workflow(Thumbs.run, pictures, id="album-31", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
