"""EXPECT: failed: the child could not be started as workflow 'nightly-import' runs already: another
id for each, or a policy for it.

A fixed id for a child.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "imports"


@workflow.defn
class Import:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(3600)


@workflow.defn
class Planner:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_child_workflow(Import.run, id="nightly-import")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Import, Planner]).run()
    else:
        await client.start_workflow(Import.run, id="nightly-import", task_queue=Q)
        await client.start_workflow(Planner.run, id="planner-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
