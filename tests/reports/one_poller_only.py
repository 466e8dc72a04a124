"""EXPECT: no worker, as it dies at start: max_concurrent_workflow_task_polls=1 is refused, as it
needs at least two pollers (one for its sticky queue) where workflows are cached. Leave the setting
out or give 2 or more (to run one activity at a time, max_concurrent_activities is the right one);
start the worker again, and the workflow begins by itself.

A worker that is to do one thing at a time.
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
    async def run(self, table: str) -> str:
        return f"{table} imported"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Import],
            max_concurrent_workflow_tasks=1,
            max_concurrent_workflow_task_polls=1,
        ).run()
    else:
        await client.start_workflow(Import.run, "people", id="import-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
