"""EXPECT: failed: child 'welcome-ann' could not be started (workflow execution already started): a
workflow of that id has completed before, and the child's id_reuse_policy REJECT_DUPLICATE lets an
id be used only once. Let the id tell more than the customer (a date, the parent's id), allow
duplicates (ALLOW_DUPLICATE or ALLOW_DUPLICATE_FAILED_ONLY), or catch the error as 'was done';
start anew. Nothing is running under that id, so there is nothing to wait for or to terminate.

A second onboarding wants the child that the first one had.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.worker import Worker

Q = "onboarding"


@workflow.defn
class Welcome:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"welcome, {name}"


@workflow.defn
class Onboarding:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_child_workflow(  # HERE
            Welcome.run,
            name,
            id=f"welcome-{name}",
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Onboarding, Welcome]).run()
    else:
        await client.execute_workflow(Onboarding.run, "ann", id="onboarding-1", task_queue=Q)
        await client.start_workflow(Onboarding.run, "ann", id="onboarding-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
