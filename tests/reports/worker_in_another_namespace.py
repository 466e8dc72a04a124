"""EXPECT: the worker polls 'bills' in namespace 'default', the workflow is in 'staging': let both use
the same one (namespace= of Client.connect).

The worker does not name the namespace.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "bills"


@workflow.defn
class Bill:
    @workflow.run
    async def run(self) -> str:
        return "billed"


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    if sys.argv[1] == "worker":
        client = await Client.connect(address, namespace="default")
        await Worker(client, task_queue=Q, workflows=[Bill]).run()
    else:
        client = await Client.connect(address, namespace="staging")
        await client.start_workflow(Bill.run, id="bill-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
