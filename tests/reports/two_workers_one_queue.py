"""EXPECT: some of the 'charge' reached a worker of queue 'orders' that does not have it; the others
were done by another one. All workers of a queue need the same activities, or each its own queue.

Two workers share a queue and have different activities; there is one attempt only.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "orders"


@activity.defn
async def reserve(item: int) -> int:
    return item


@activity.defn
async def charge(item: int) -> int:
    return item


@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> int:
        paid = [
            workflow.execute_activity(
                charge,
                item,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
            for item in range(20)
        ]
        done = await asyncio.gather(*paid, return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one
        return len(done)


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address)
    if sys.argv[1] == "worker":
        stock = Worker(client, task_queue=Q, workflows=[Order], activities=[reserve])
        bank = Worker(await Client.connect(address), task_queue=Q, activities=[charge])
        await asyncio.gather(stock.run(), bank.run())
    else:
        await client.start_workflow(Order.run, id="order-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
