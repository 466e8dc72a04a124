"""EXPECT: every run fails with NoPrice; correct the code. Not 'nothing is wrong' between two runs.

A cron workflow whose runs fail; between them the next one waits.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "prices"


@workflow.defn
class Prices:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("no price of gold", type="NoPrice")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Prices]).run()
    else:
        await client.start_workflow(
            Prices.run, id="prices-1", task_queue=Q, cron_schedule="@every 3s"
        )


if __name__ == "__main__":
    asyncio.run(main())
