"""EXPECT: nondeterminism: on replay 'charge' comes where the history has 'price', as a value is kept
in the module between runs; no state outside the workflow.

A dictionary of the module remembers what an activity returned; no sandbox keeps it apart.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

Q = "gold"
PRICES: dict[str, int] = {}
A_MINUTE = timedelta(minutes=1)


@activity.defn
async def price(metal: str) -> int:
    return 4000


@activity.defn
async def charge(amount: int) -> str:
    return f"charged {amount}"


@workflow.defn
class Sale:
    @workflow.run
    async def run(self) -> str:
        if "gold" not in PRICES:
            PRICES["gold"] = await workflow.execute_activity(
                price, "gold", start_to_close_timeout=A_MINUTE
            )
        return await workflow.execute_activity(
            charge, PRICES["gold"], start_to_close_timeout=A_MINUTE
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Sale],
            activities=[price, charge],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=0,
        ).run()
    else:
        await client.start_workflow(Sale.run, id="sale-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
