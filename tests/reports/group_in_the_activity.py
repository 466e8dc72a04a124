"""EXPECT: activity 'load_all' fails at every attempt with ExceptionGroup 'unhandled errors in a
TaskGroup (1 sub-exception)'. What failed within is not in the failure that the server keeps; the
worker's log has it: ValueError, 'layer roads has no geometry', in load(). Correct that (and raise
the error within, except* ..., so that the failure tells it); restart the worker.

An activity does its parts in a TaskGroup.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "maps"


async def load(layer: str) -> None:
    if layer == "roads":
        raise ValueError(f"layer {layer} has no geometry")


@activity.defn
async def load_all(layers: list[str]) -> int:
    async with asyncio.TaskGroup() as group:
        for layer in layers:
            group.create_task(load(layer))
    return len(layers)


@workflow.defn
class Map:
    @workflow.run
    async def run(self, layers: list[str]) -> int:
        return await workflow.execute_activity(
            load_all, layers, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Map], activities=[load_all]).run()
    else:
        await client.start_workflow(Map.run, ["roads", "rivers"], id="map-50", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
