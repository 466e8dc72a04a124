"""EXPECT: the workflow timed out of its execution timeout (6 s), although each of its runs takes a
second only: the execution timeout counts from the first run's start over the whole chain of
continue-as-new, not for each run anew. Use run_timeout for the single run, and leave
execution_timeout out for a workflow that is to go on for ever; start it anew.

A workflow that continues as new is started with an execution timeout.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "meters"


@activity.defn
async def read(meter: str) -> int:
    return len(meter)


@workflow.defn
class Meter:
    @workflow.run
    async def run(self, meter: str, total: int) -> None:
        total += await workflow.execute_activity(
            read, meter, start_to_close_timeout=timedelta(seconds=10)
        )
        await asyncio.sleep(1)
        workflow.continue_as_new(args=[meter, total])


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Meter], activities=[read]).run()
    else:
        await client.start_workflow(
            Meter.run,
            args=["gas", 0],
            id="meter-gas",
            task_queue=Q,
            execution_timeout=timedelta(seconds=6),
        )


if __name__ == "__main__":
    asyncio.run(main())
