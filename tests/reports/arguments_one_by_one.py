"""EXPECT: workflow task fails: TypeError, execute_activity() takes one argument for the activity by
position, and the workflow gives two. Give them as args=[city, day] (or as one dataclass), restart
the worker; it goes on by itself then. The input of the workflow is right.

An activity of two parameters, called as a function would be.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "forecasts"


@activity.defn
async def forecast(city: str, day: str) -> str:
    return f"{city}, {day}: rain"


@workflow.defn
class Forecast:
    @workflow.run
    async def run(self, city: str) -> str:
        return await workflow.execute_activity(  # HERE
            forecast, city, "monday", start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Forecast], activities=[forecast]).run()
    else:
        await client.start_workflow(Forecast.run, "bern", id="forecast-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
