"""EXPECT: from attempt 2 on 'export' fails with an AttributeError: its heartbeat details, a
dataclass when they were sent, come back as a dict. Read them as a dict, or make the dataclass of
them. What failed first, and comes again then, is in the worker's log: the store was not there.

An activity that goes on where its last attempt stopped.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "exports"


@dataclass
class Checkpoint:
    page: int


@activity.defn
async def export(pages: int) -> int:
    start = 0
    details = activity.info().heartbeat_details
    if details:
        start = details[0].page + 1  # HERE
    for page in range(start, pages):
        activity.heartbeat(Checkpoint(page))
        if page == 3:
            raise ConnectionError("store closed the connection")
    return pages


@workflow.defn
class Export:
    @workflow.run
    async def run(self, pages: int) -> int:
        return await workflow.execute_activity(
            export,
            pages,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=20),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Export], activities=[export]).run()
    else:
        await client.start_workflow(Export.run, 8, id="export-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
