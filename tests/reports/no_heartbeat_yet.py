"""EXPECT: activity 'index' fails at every attempt with an IndexError: it reads
activity.info().heartbeat_details[0], to go on where an earlier attempt was, and there are none,
as no attempt ever came so far as to heartbeat. Ask first whether there are any; restart the
worker, then the next attempt goes well.

An activity reads its checkpoint without asking whether there is one.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "indexes"


@activity.defn
async def index(pages: int) -> str:
    done = activity.info().heartbeat_details[0]  # HERE
    for page in range(done, pages):
        activity.heartbeat(page + 1)
    return f"{pages} pages"


@workflow.defn
class Index:
    @workflow.run
    async def run(self, pages: int) -> str:
        return await workflow.execute_activity(
            index,
            pages,
            start_to_close_timeout=timedelta(seconds=60),
            heartbeat_timeout=timedelta(seconds=20),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Index], activities=[index]).run()
    else:
        await client.start_workflow(Index.run, 40, id="index-40", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
