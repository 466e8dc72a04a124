"""EXPECT: 'fetch' calls asyncio.run, which makes a new event loop each time, while the semaphore
LIMIT of the module belongs to the loop of the first call: every later call fails with a
RuntimeError, at each attempt. Make the activity async def, or the semaphore anew in each call.

A sync activity that does its work in an event loop of its own, and shares a semaphore.
"""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pages"
LIMIT = asyncio.Semaphore(2)


async def get(page: str) -> int:
    async with LIMIT:
        await asyncio.sleep(0.05)  # the request
        return len(page)


async def get_all(pages: list[str]) -> list[int]:
    return await asyncio.gather(*map(get, pages))


@activity.defn
def fetch(site: str) -> int:
    return sum(asyncio.run(get_all([f"{site}/{n}" for n in range(5)])))


@workflow.defn
class Crawl:
    @workflow.run
    async def run(self, sites: list[str]) -> int:
        total = 0
        for site in sites:
            total += await workflow.execute_activity(
                fetch, site, start_to_close_timeout=timedelta(seconds=10)
            )
        return total


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Crawl],
            activities=[fetch],
            activity_executor=ThreadPoolExecutor(5),
        ).run()
    else:
        await client.start_workflow(Crawl.run, ["news", "shop"], id="crawl-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
