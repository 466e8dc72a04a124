"""EXPECT: the workflow task fails with TypeError (Passing coroutines is forbidden, use tasks
explicitly): asyncio.wait gets coroutines. Use workflow.wait with start_activity handles or tasks
(asyncio.create_task), or asyncio.gather; restart the worker, and it goes on by itself. No activity
was scheduled.

asyncio.wait of execute_activity calls.
"""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "quotes"


@activity.defn
async def ask(shop: str) -> int:
    return len(shop)


@workflow.defn
class Quotes:
    @workflow.run
    async def run(self, shops: list[str]) -> int:
        soon = timedelta(seconds=10)
        calls: list[Any] = []
        for shop in shops:
            calls.append(workflow.execute_activity(ask, shop, start_to_close_timeout=soon))
        done, _ = await asyncio.wait(calls, return_when="FIRST_COMPLETED")  # HERE
        return int(min(call.result() for call in done))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Quotes], activities=[ask]).run()
    else:
        await client.start_workflow(Quotes.run, ["north", "mill"], id="quotes-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
