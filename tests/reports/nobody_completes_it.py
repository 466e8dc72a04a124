"""EXPECT: ask_bank ends asynchronously (raise_complete_async), and nobody completes it from outside
in time: START_TO_CLOSE again and again. Complete it (by token or id), or allow it more time.

An activity that is to be completed from outside.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "credit"


@activity.defn
async def ask_bank(account: str) -> str:
    activity.raise_complete_async()


@workflow.defn
class Credit:
    @workflow.run
    async def run(self, account: str) -> str:
        return await workflow.execute_activity(
            ask_bank, account, start_to_close_timeout=timedelta(seconds=3)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Credit], activities=[ask_bank]).run()
    else:
        await client.start_workflow(Credit.run, "77", id="credit-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
