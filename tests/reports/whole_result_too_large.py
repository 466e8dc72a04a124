"""EXPECT: the workflow did all its work, and its own result is over the size limit of the server
(2 MB for one value): run() returns all that its activities brought together. Return a reference
(a path, a key of a store) or a summary, not the data.

A workflow's own result is too large; each activity's result is small enough.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "exports"


@activity.defn
async def page_of(number: int) -> str:
    return f"{number};" * 400_000


@workflow.defn
class Export:
    @workflow.run
    async def run(self, pages: int) -> list[str]:
        found = []
        for number in range(pages):
            page = await workflow.execute_activity(
                page_of, number, start_to_close_timeout=timedelta(seconds=20)
            )
            found.append(page)
        return found


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Export], activities=[page_of]).run()
    else:
        await client.start_workflow(Export.run, 4, id="export-9", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
