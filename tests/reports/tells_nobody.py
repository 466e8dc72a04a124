"""EXPECT: activity 'report' fails at every attempt with RPCError: workflow not found for ID:
ledger-2026. The activity signals workflow 'ledger-2026', which does not run (was never started,
or under another id). Start it (or signal with start), or correct the id; the next attempt then
passes by itself.

An activity signals a workflow that nobody started.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "ledgers"


@activity.defn
async def report(amount: int) -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await client.get_workflow_handle("ledger-2026").signal("add", amount)  # HERE


@workflow.defn
class Trade:
    @workflow.run
    async def run(self, amount: int) -> None:
        await workflow.execute_activity(
            report, amount, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Trade], activities=[report]).run()
    else:
        await client.start_workflow(Trade.run, 70, id="trade-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
