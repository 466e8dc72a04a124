"""EXPECT: activity 'draw' crashes its worker's process at each attempt (Segmentation fault, in the
native library that it calls): attempts 1 and 2 each ended with the worker that had them, and
Temporal learned of it by the start-to-close timeout only. Starting the worker again alone ends the
same way: mend the library or what it is given (or do it in a process of its own), then start it.

An activity calls a native library that crashes.
"""

import asyncio
import ctypes
import faulthandler
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "maps"


@activity.defn
async def draw(place: str) -> str:
    print(f"drawing {place}", flush=True)
    image = ctypes.string_at(8)  # HERE
    return image.hex()


@workflow.defn
class Map:
    @workflow.run
    async def run(self, place: str) -> str:
        return await workflow.execute_activity(
            draw, place, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        faulthandler.enable()
        await Worker(client, task_queue=Q, workflows=[Map], activities=[draw]).run()
    else:
        await client.start_workflow(Map.run, "Bergen", id="map-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
