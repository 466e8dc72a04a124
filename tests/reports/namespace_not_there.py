"""EXPECT: the worker ends at once, because its namespace 'shop-prod' does not exist on this server;
the workflow is in 'default'. Let the worker use 'default', or create the namespace and start there.

The worker's namespace is that of another installation.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "teas"


@workflow.defn
class Tea:
    @workflow.run
    async def run(self, kind: str) -> str:
        return f"{kind} is ready"


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    if sys.argv[1] == "worker":
        client = await Client.connect(address, namespace="shop-prod")
        await Worker(client, task_queue=Q, workflows=[Tea]).run()
    else:
        client = await Client.connect(address)
        await client.start_workflow(Tea.run, "oolong", id="tea-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
