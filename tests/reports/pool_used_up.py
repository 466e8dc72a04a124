"""EXPECT: 'report' gets no connection: both of the pool are held by the two 'load' that failed and
did not give theirs back. Give it back in any case (finally, async with); restart the worker.

A pool of connections and an activity that does not put its own back when it fails.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

Q = "loads"
POOL = asyncio.Semaphore(2)


class PoolTimeout(Exception):
    pass


async def connect() -> None:
    try:
        await asyncio.wait_for(POOL.acquire(), 1)
    except TimeoutError:
        raise PoolTimeout("no free connection after 1 s: 2 of 2 are in use") from None


@activity.defn
async def load(row: str) -> int:
    await connect()
    amount = int(row)
    POOL.release()
    return amount


@activity.defn
async def report(amounts: list[int]) -> int:
    await connect()
    POOL.release()
    return sum(amounts)


@workflow.defn
class Load:
    @workflow.run
    async def run(self, rows: list[str]) -> int:
        limit, once = timedelta(seconds=10), RetryPolicy(maximum_attempts=1)
        amounts: list[int] = []
        for row in rows:
            try:
                amounts.append(
                    await workflow.execute_activity(
                        load, row, start_to_close_timeout=limit, retry_policy=once
                    )
                )
            except ActivityError:
                workflow.logger.warning("row %s is left out", row)
        return await workflow.execute_activity(report, amounts, start_to_close_timeout=limit)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Load], activities=[load, report]).run()
    else:
        await client.start_workflow(Load.run, ["12", "n/a", "7", "?"], id="load-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
