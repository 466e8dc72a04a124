"""EXPECT: the workflow task fails, as the server refuses the start of the child 'Page': its id,
made of a whole link, is longer than the server allows (1000 characters). Make a short id (a hash
of the link, or a number), restart the worker; then it goes on by itself.

A child's id is made of a long link.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "crawls"


@workflow.defn
class Page:
    @workflow.run
    async def run(self, link: str) -> str:
        return link[:20]


@workflow.defn
class Site:
    @workflow.run
    async def run(self, link: str) -> str:
        return await workflow.execute_child_workflow(Page.run, link, id=f"page-{link}")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Site, Page]).run()
    else:
        link = "https://shop.example/list?" + "&".join(f"filter{n}=red" for n in range(120))
        await client.start_workflow(Site.run, link, id="site-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
