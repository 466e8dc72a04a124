"""EXPECT: nondeterminism: the id of the child has uuid.uuid4() in it, so after the restart of the
worker the replay makes another id than the history has. Use workflow.uuid4() (or an id made from
the workflow's own), restart the worker. The code was not changed; this run cannot be replayed with
either code: reset it to its first task, or terminate it and start it anew.

A child's id is made by uuid.uuid4(), outside of the sandbox.
"""

import asyncio
import os
import sys
import uuid

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "crates"


@workflow.defn(sandboxed=False)
class Pack:
    @workflow.run
    async def run(self, what: str) -> str:
        return f"{what} in paper"


@workflow.defn(sandboxed=False)
class Crate:
    def __init__(self) -> None:
        self.collected = False

    @workflow.signal
    def collect(self) -> None:
        self.collected = True

    @workflow.run
    async def run(self, what: str) -> str:
        packed = await workflow.execute_child_workflow(Pack.run, what, id=f"pack-{uuid.uuid4()}")
        await workflow.wait_condition(lambda: self.collected)
        return packed


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Crate, Pack]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("crate-9").signal("collect")
    else:
        await client.start_workflow(Crate.run, "vase", id="crate-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
