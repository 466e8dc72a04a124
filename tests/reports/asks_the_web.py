"""EXPECT: sandbox: workflow code calls urllib.request.urlopen. Network calls belong into an
activity; correct the code, restart the worker; the run goes on by itself. The network is not the
trouble.

An HTTP request is made in run().
"""

import asyncio
import os
import sys
import urllib.request

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "weather"


@workflow.defn
class Forecast:
    @workflow.run
    async def run(self, place: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:9/{place}") as answer:  # HERE
            return str(answer.read())


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Forecast]).run()
    else:
        await client.start_workflow(Forecast.run, "Basel", id="forecast-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
