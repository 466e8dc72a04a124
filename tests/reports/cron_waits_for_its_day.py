"""EXPECT: in order: a cron workflow (0 6 1 1 *, UTC) that waits for its next time; its first
workflow task is due then. To have it run now, start it without cron (or use a
schedule and trigger it).

"It is RUNNING, the worker is there, and nothing happens."
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "balances"


@workflow.defn
class Balance:
    @workflow.run
    async def run(self) -> str:
        return "balanced"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Balance]).run()
    else:
        await client.start_workflow(
            Balance.run, id="balance-1", task_queue=Q, cron_schedule="0 6 1 1 *"
        )


if __name__ == "__main__":
    asyncio.run(main())
