"""EXPECT: what 'fetch_report' returns (3 MB) is over the limit for one payload (2 MB): return a
reference to it; a retry gives the same.

An activity returns a whole file.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "files"


@activity.defn
async def fetch_report(name: str) -> str:
    return "r" * 3_000_000


@workflow.defn
class Report:
    @workflow.run
    async def run(self) -> int:
        text = await workflow.execute_activity(
            fetch_report, "2026", start_to_close_timeout=timedelta(minutes=1)
        )
        return len(text)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Report], activities=[fetch_report]).run()
    else:
        await client.start_workflow(Report.run, id="report-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
