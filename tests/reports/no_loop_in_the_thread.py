"""EXPECT: activity 'fetch_all' fails at every attempt: RuntimeError, there is no current event loop
in its thread. It is not async, so it runs in a thread of the executor, where
asyncio.get_event_loop() finds none. Make it async and await what it calls (or use asyncio.run);
restart the worker; the next attempt goes well.

A sync activity calls async code in the old way.
"""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "feeds"


async def fetch(feed: str) -> str:
    return f"news of {feed}"


@activity.defn
def fetch_all(feeds: list[str]) -> list[str]:
    loop = asyncio.get_event_loop()  # HERE
    return [loop.run_until_complete(fetch(feed)) for feed in feeds]


@workflow.defn
class News:
    @workflow.run
    async def run(self, feeds: list[str]) -> int:
        found = await workflow.execute_activity(
            fetch_all, feeds, start_to_close_timeout=timedelta(seconds=10)
        )
        return len(found)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        with ThreadPoolExecutor(2) as pool:
            await Worker(
                client,
                task_queue=Q,
                workflows=[News],
                activities=[fetch_all],
                activity_executor=pool,
            ).run()
    else:
        await client.start_workflow(News.run, ["bbc", "ard"], id="news-14", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
