"""EXPECT: workflow task fails: TypeError, 'NoneType' object is not subscriptable: the activity
'look_up_price' completed with null, its function has no return. Correct the activity and the
worker; its null stands in the history already, so the run must be reset to before it, or started
anew.

The activity computes its result and forgets to return it.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "prices"


@activity.defn
async def look_up_price(fruit: str) -> dict[str, int]:  # type: ignore[return]
    found = {"pears": 3, "plums": 5}
    price = {"fruit": fruit, "cents": found[fruit] * 100}
    activity.logger.info("found %s", price)


@workflow.defn
class Quote:
    @workflow.run
    async def run(self, fruit: str) -> int:
        price = await workflow.execute_activity(
            look_up_price, fruit, start_to_close_timeout=timedelta(seconds=10)
        )
        return price["cents"] * 12  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Quote], activities=[look_up_price]).run()
    else:
        await client.start_workflow(Quote.run, "pears", id="quote-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
