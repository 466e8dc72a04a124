"""EXPECT: release-9 waits for its child release-9-eu, that for its child release-9-eu-api, whose
activity 'apply' fails at every attempt with RuntimeError: 'quota of 20 vCPU is used up'. Only the
last one is in trouble, the two above are fine. Raise the quota (or free some); it goes on by
itself.

The trouble is a grandchild's.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "releases"


@activity.defn
async def apply(service: str) -> None:
    raise RuntimeError("quota of 20 vCPU is used up")  # HERE


@workflow.defn
class Service:
    @workflow.run
    async def run(self, service: str) -> None:
        soon = timedelta(seconds=10)
        await workflow.execute_activity(apply, service, start_to_close_timeout=soon)


@workflow.defn
class Region:
    @workflow.run
    async def run(self, region: str) -> None:
        mine = workflow.info().workflow_id
        await workflow.execute_child_workflow(Service.run, "api", id=f"{mine}-api")


@workflow.defn
class Release:
    @workflow.run
    async def run(self) -> None:
        mine = workflow.info().workflow_id
        await workflow.execute_child_workflow(Region.run, "eu", id=f"{mine}-eu")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        workflows = [Release, Region, Service]
        await Worker(client, task_queue=Q, workflows=workflows, activities=[apply]).run()
    else:
        await client.start_workflow(Release.run, id="release-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
