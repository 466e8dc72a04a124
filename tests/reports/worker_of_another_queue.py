"""EXPECT: stalled: its workflow task fails (KeyError), and nobody polls 'stock'; that a worker of
another queue was started does not make it recover.

The worker is stopped and one of another queue started.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker


@workflow.defn
class Stock:
    @workflow.run
    async def run(self) -> int:
        shelf: dict[str, int] = {}
        return shelf["pears"]  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        queue = f"orders-{os.getpid()}" if os.environ.get("ORDERS") else "stock"
        await Worker(client, task_queue=queue, workflows=[Stock]).run()
    else:
        await client.start_workflow(Stock.run, id="stock-1", task_queue="stock")


if __name__ == "__main__":
    asyncio.run(main())
