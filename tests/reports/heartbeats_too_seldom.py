"""EXPECT: activity 'export' fails of its heartbeat timeout (2 s) at each of its 2 attempts, and so
the workflow. It does heartbeat, once a page, but a page takes 6 s. Heartbeat more often (from a
task in the background), or make heartbeat_timeout longer than the slowest page.

An activity whose heartbeats are further apart than its heartbeat timeout.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "exports"


@activity.defn
async def export(pages: int) -> int:
    for page in range(pages):
        activity.heartbeat(f"page {page + 1}")
        await asyncio.sleep(6)  # as long as a page takes
    return pages


@workflow.defn
class Export:
    @workflow.run
    async def run(self, pages: int) -> int:
        return await workflow.execute_activity(
            export,
            pages,
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(maximum_attempts=2),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Export], activities=[export]).run()
    else:
        await client.start_workflow(Export.run, 40, id="export-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
