"""EXPECT: 'migrate' runs into its start_to_close_timeout of 4 s at every attempt, though it
heartbeats well: heartbeats do not extend that time. Each attempt begins at row 0 again, so it never
gets done: a longer start_to_close_timeout, and go on where activity.info().heartbeat_details
stands.

Its heartbeats are on time.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tables"


@activity.defn
async def migrate(rows: int) -> int:
    for row in range(rows):
        await asyncio.sleep(0.2)
        activity.heartbeat(f"row {row} of {rows}")
    return rows


@workflow.defn
class Migration:
    @workflow.run
    async def run(self, rows: int) -> int:
        return await workflow.execute_activity(
            migrate,
            rows,
            start_to_close_timeout=timedelta(seconds=4),
            heartbeat_timeout=timedelta(seconds=3),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Migration], activities=[migrate]).run()
    else:
        await client.start_workflow(Migration.run, 500, id="migration-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
