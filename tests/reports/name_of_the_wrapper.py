"""EXPECT: activity 'charge' is not registered on the worker: its decorator 'logged' gives back a
function called 'wrapper' (no functools.wraps), so the worker has it under the name 'wrapper'. Put
@functools.wraps into the decorator, or @activity.defn(name="charge"); restart the worker, it is
tried again by itself.

A decorator hides the name of an activity.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bills"


def logged(function: Callable[[int], Awaitable[str]]) -> Callable[[int], Awaitable[str]]:
    async def wrapper(amount: int) -> str:
        activity.logger.info("called with %s", amount)
        return await function(amount)

    return wrapper


@activity.defn
@logged
async def charge(amount: int) -> str:
    return f"{amount} charged"


@workflow.defn
class Bill:
    @workflow.run
    async def run(self, amount: int) -> str:
        return await workflow.execute_activity(
            "charge", amount, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Bill], activities=[charge]).run()
    else:
        await client.start_workflow(Bill.run, 20, id="bill-61", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
