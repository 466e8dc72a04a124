"""EXPECT: activity 'translate' fails at every attempt: KeyError 'TRANSLATOR_KEY', the worker's
environment does not have that variable (the starter's does not matter). Start the worker with it
set; the next attempt then does it.

A key that the activity reads from the environment is not set where the worker runs.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "texts"


@activity.defn
async def translate(text: str) -> str:
    key = os.environ["TRANSLATOR_KEY"]  # HERE
    return f"{text} translated with {key[:2]}..."


@workflow.defn
class Translation:
    @workflow.run
    async def run(self, text: str) -> str:
        return await workflow.execute_activity(
            translate, text, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Translation], activities=[translate]).run()
    else:
        await client.start_workflow(Translation.run, "bonjour", id="translation-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
