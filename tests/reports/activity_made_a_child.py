"""EXPECT: nondeterminism: the history has the activity 'convert' where the code starts a child
workflow 'Convert' now: the step was turned into a child while the workflow runs. Guard the new way
with workflow.patched(), or put the former code back; restart the worker, and it goes on by itself.

Steps: worker, start, worker2, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "clips"


@activity.defn
async def convert(clip: str) -> str:
    return f"{clip}.mp4"


@workflow.defn
class Convert:
    @workflow.run
    async def run(self, clip: str) -> str:
        return f"{clip}.mp4"


class Base:
    def __init__(self) -> None:
        self.released = False

    @workflow.signal
    def release(self) -> None:
        self.released = True


@workflow.defn(name="Clip")
class OldClip(Base):
    @workflow.run
    async def run(self, clip: str) -> str:
        file = await workflow.execute_activity(
            convert, clip, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.wait_condition(lambda: self.released)
        return file


@workflow.defn
class Clip(Base):
    @workflow.run
    async def run(self, clip: str) -> str:
        file = await workflow.execute_child_workflow(Convert.run, clip, id=f"convert-{clip}")
        await workflow.wait_condition(lambda: self.released)
        return file


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[OldClip], activities=[convert]).run()
    elif sys.argv[1] == "worker2":
        await Worker(client, task_queue=Q, workflows=[Clip, Convert]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("clip-18").signal("release")
    else:
        await client.start_workflow("Clip", "cat", id="clip-18", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
