"""EXPECT: 40 activities at once, the server allows 20 pending ones: the workflow task fails for
PENDING_ACTIVITIES_LIMIT_EXCEEDED; start fewer at once.

All pages are fetched at the same time. (The limit of 2,000 is lowered:
limit.numPendingActivities.error=20.)
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pages"


@activity.defn
async def fetch(page: int) -> int:
    await asyncio.sleep(5)
    return page


@workflow.defn
class Crawl:
    @workflow.run
    async def run(self) -> int:
        pages = [
            workflow.execute_activity(fetch, n, start_to_close_timeout=timedelta(minutes=1))
            for n in range(40)
        ]
        return sum(await asyncio.gather(*pages))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Crawl], activities=[fetch]).run()
    else:
        await client.start_workflow(Crawl.run, id="crawl-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
