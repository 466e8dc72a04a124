"""EXPECT: the workflow task fails with RuntimeError "Not in activity context", as run() calls the
activity 'send' like any function instead of by workflow.execute_activity(): it runs in the
workflow. Correct that; it goes on by itself.

The activity asks activity.info() for its attempt.
"""

import asyncio
import os
import sys

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "postcards"


@activity.defn
async def send(name: str) -> str:
    attempt = activity.info().attempt
    return f"sent to {name}, attempt {attempt}"


@workflow.defn
class Postcard:
    @workflow.run
    async def run(self, name: str) -> str:
        return await send(name)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Postcard], activities=[send]).run()
    else:
        await client.start_workflow(Postcard.run, "ann", id="postcard-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
