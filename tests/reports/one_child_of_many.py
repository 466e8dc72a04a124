"""EXPECT: the parent failed as its child 'region-south' failed: its activity 'collect' says 'no
meter 17 in south' (not retryable). gather() raises at the first failure; the other two children,
which were at work, were terminated as the parent ended (parent close policy), not by anybody.
Correct the list of meters and start anew; gather(..., return_exceptions=True), or
parent_close_policy ABANDON, would let the others end well.

One of several children fails and takes the others along.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "meters"


@activity.defn
async def collect(region: str) -> int:
    raise ApplicationError(f"no meter 17 in {region}", type="NoMeter", non_retryable=True)  # HERE


@workflow.defn
class Region:
    @workflow.run
    async def run(self, region: str) -> int:
        if region != "south":
            await workflow.sleep(timedelta(hours=1))
            return 0
        return await workflow.execute_activity(
            collect, region, start_to_close_timeout=timedelta(seconds=10)
        )


@workflow.defn
class Reading:
    @workflow.run
    async def run(self, regions: list[str]) -> int:
        handles = [
            await workflow.start_child_workflow(Region.run, one, id=f"region-{one}")
            for one in regions
        ]
        return sum(await asyncio.gather(*handles))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Reading, Region], activities=[collect]).run()
    else:
        regions = ["north", "west", "south"]
        await client.start_workflow(Reading.run, regions, id="reading-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
