"""EXPECT: update 'set_rate' makes the workflow task fail: ZeroDivisionError in its handler, at that
line; it is not accepted, the sender gets an error.

A mistake in an update handler.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "rates"


@workflow.defn
class Rates:
    def __init__(self) -> None:
        self.rate = 0.0

    @workflow.run
    async def run(self) -> float:
        await workflow.wait_condition(lambda: self.rate > 0)
        return self.rate

    @workflow.update
    async def set_rate(self, one: int, other: int) -> float:
        self.rate = one / other  # HERE
        return self.rate


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Rates]).run()
    else:
        handle = await client.start_workflow(Rates.run, id="rates-1", task_queue=Q)
        try:
            await handle.execute_update(
                Rates.set_rate, args=[1, 0], rpc_timeout=timedelta(seconds=5)
            )
        except Exception as error:
            print(repr(error))


if __name__ == "__main__":
    asyncio.run(main())
