"""EXPECT: the workflow task fails: the sandbox refuses random.choice in workflow code, which is not
deterministic. Use workflow.random().choice (or an activity) and restart the worker; it goes on by
itself.

A workflow draws lots as scripts do.
"""

import asyncio
import os
import random
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "raffles"


@activity.defn
async def congratulate(name: str) -> None:
    pass


@workflow.defn
class Raffle:
    @workflow.run
    async def run(self, names: list[str]) -> str:
        winner = random.choice(names)  # HERE
        await workflow.execute_activity(
            congratulate, winner, start_to_close_timeout=timedelta(seconds=10)
        )
        return winner


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Raffle], activities=[congratulate]).run()
    else:
        await client.start_workflow(Raffle.run, ["Ann", "Bo"], id="raffle-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
