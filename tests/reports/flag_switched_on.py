"""EXPECT: nondeterminism, and nobody changed the code: the workflow asks the setting GIFTS of its
worker's environment, which was off as 'post' was scheduled and is on now, so that replay wants
'wrap' there. What is decided by settings has to come with the input or from an activity; the worker
with the old setting gets the running one on.

Steps: worker, start, worker GIFTS=1, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "presents"
GIFTS = os.environ.get("GIFTS") == "1"


@activity.defn
async def wrap() -> str:
    return "wrapped"


@activity.defn
async def post() -> str:
    return "posted"


@workflow.defn(sandboxed=False)
class Present:
    def __init__(self) -> None:
        self.arrived = False

    @workflow.run
    async def run(self) -> str:
        limit = timedelta(seconds=10)
        if GIFTS:
            await workflow.execute_activity(wrap, start_to_close_timeout=limit)
        await workflow.execute_activity(post, start_to_close_timeout=limit)
        await workflow.wait_condition(lambda: self.arrived)
        return "arrived"

    @workflow.signal
    def arrive(self) -> None:
        self.arrived = True


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Present], activities=[wrap, post]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("present-1").signal(Present.arrive)
    else:
        await client.start_workflow(Present.run, id="present-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
