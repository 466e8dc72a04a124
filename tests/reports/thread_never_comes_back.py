"""EXPECT: the first attempt of query timed out (START_TO_CLOSE), but its thread hangs on and holds
the worker's only slot: attempt 2 is not taken. Give the call a time limit; restart the worker.

A hanging call in a sync activity with no time limit of its own, and a worker with one slot.
"""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "reports"


@activity.defn
def query(report: str) -> int:
    threading.Event().wait()  # a database that never answers
    return 1


@workflow.defn
class Report:
    @workflow.run
    async def run(self, report: str) -> int:
        sold = workflow.start_activity(query, report, start_to_close_timeout=timedelta(seconds=3))
        await workflow.wait([sold], timeout=9)
        if not sold.done():
            workflow.logger.warning("the report takes long")
        return await sold


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Report],
            activities=[query],
            activity_executor=ThreadPoolExecutor(1),
            max_concurrent_activities=1,
        ).run()
    else:
        await client.start_workflow(Report.run, "sales", id="sales-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
