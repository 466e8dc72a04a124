"""EXPECT: local activity 'convert' is not registered on this worker: register it.

A local activity that no worker has.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "units"


@workflow.defn
class Units:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_local_activity(
            "convert", 3, schedule_to_close_timeout=timedelta(seconds=4), result_type=str
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Units]).run()
    else:
        await client.start_workflow(Units.run, id="units-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
