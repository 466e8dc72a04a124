import asyncio
import os
import pathlib

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from flows import Render

QUEUE = "restart-cuts-an-activity"


@activity.defn
async def render_film() -> str:
    pathlib.Path("begun").touch()
    await asyncio.sleep(240)
    return "rendered"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await Worker(client, task_queue=QUEUE, workflows=[Render], activities=[render_film]).run()


if __name__ == "__main__":
    asyncio.run(main())
