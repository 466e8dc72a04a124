"""EXPECT: no worker: it dies at its start, as the sandbox refuses what the file of the workflow
does when it is imported (urllib.request.Request as a base class, needed by the activity only).
Put the activity into a file of its own and import that with workflow.unsafe.imports_passed_through.
"""

import asyncio
import os
import sys
import urllib.request
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pages"


class Head(urllib.request.Request):  # HERE
    def get_method(self) -> str:
        return "HEAD"


@activity.defn
async def length(url: str) -> int:
    return len(Head(url).full_url)


@workflow.defn
class PageSize:
    @workflow.run
    async def run(self, url: str) -> int:
        return await workflow.execute_activity(
            length, url, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[PageSize], activities=[length]).run()
    else:
        url = "http://example.com"
        await client.start_workflow(PageSize.run, url, id="page-size-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
