"""EXPECT: activity 'render' is at work: it asks again and again for job 77, which stays queued
(its heartbeats say so), and may do so for 8 hours. Neither the worker nor Temporal is at fault:
look why the job is not begun; or cancel it. In the code, a limit of its own for that wait.

An activity polls an outside job without a limit.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "scenes"


def state_of(job: int) -> str:
    return "queued"


@activity.defn
async def render(job: int) -> str:
    while (state := state_of(job)) != "done":
        activity.heartbeat(f"job {job} is {state}")
        await asyncio.sleep(0.2)
        print(f"job {job} is {state}", flush=True)
    return f"job-{job}.png"


@workflow.defn
class Scene:
    @workflow.run
    async def run(self, job: int) -> str:
        return await workflow.execute_activity(
            render,
            job,
            start_to_close_timeout=timedelta(hours=8),
            heartbeat_timeout=timedelta(seconds=30),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Scene], activities=[render]).run()
    else:
        await client.start_workflow(Scene.run, 77, id="scene-77", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
