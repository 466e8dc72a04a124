"""EXPECT: failed: 'render' was never taken from queue 'gpu' within its schedule_to_start_timeout of
3 s, nobody polls that queue; it was not slow, and this timeout is not retried.

A queue whose worker was never started.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "scenes"


@activity.defn
async def render(scene: str) -> str:
    return scene


@workflow.defn
class Scene:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            render,
            "intro",
            task_queue="gpu",
            schedule_to_start_timeout=timedelta(seconds=3),
            start_to_close_timeout=timedelta(minutes=5),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Scene], activities=[render]).run()
    else:
        await client.start_workflow(Scene.run, id="scene-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
