"""EXPECT: the second run's workflow task fails: TypeError, run() misses its argument 'place':
continue_as_new() was called without it. Pass it on there; the run that hangs has no input and
never gets one: end it and start anew (or give the parameter a default).

The first run, with its argument from the starter, went well.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "weather"


@activity.defn
async def measure(place: str) -> float:
    return len(place) * 1.5


@workflow.defn
class Weather:
    @workflow.run
    async def run(self, place: str) -> None:
        await workflow.execute_activity(
            measure, place, start_to_close_timeout=timedelta(seconds=10)
        )
        workflow.continue_as_new()


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Weather], activities=[measure]).run()
    else:
        await client.start_workflow(Weather.run, "Oslo", id="weather-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
