"""EXPECT: the workflow waits for ever: wait_condition looks at its condition only when a workflow
task comes, and time alone brings none. Nothing is pending (no timer), and no signal could come.
Use asyncio.sleep (or wait_condition with a timeout), which starts a timer; restart the worker, and
reset the workflow.

A workflow waits for a time with wait_condition.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "sales"


@workflow.defn
class Sale:
    @workflow.run
    async def run(self, seconds: int) -> str:
        opens = workflow.now() + timedelta(seconds=seconds)
        await workflow.wait_condition(lambda: workflow.now() >= opens)
        return "open"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sale]).run()
    else:
        await client.start_workflow(Sale.run, 1, id="sale-40", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
