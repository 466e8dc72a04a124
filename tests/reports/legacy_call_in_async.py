"""EXPECT: 'scrape' does call activity.heartbeat(), but is an async activity that calls a function
which blocks (time.sleep in 'download'): the event loop stands still, and no heartbeat gets out.
Make it a plain def with an executor, or call download by asyncio.to_thread.

An old synchronous function is called in an async activity.
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "scrape"


def fetch(url: str) -> bytes:
    time.sleep(1.5)
    return url.encode()


def download(url: str) -> bytes:
    return fetch(url)


@activity.defn
async def scrape(count: int) -> int:
    total = 0
    for page in range(count):
        total += len(download(f"https://example.org/{page}"))  # HERE
        activity.heartbeat(page)
    await asyncio.sleep(0)
    return total


@workflow.defn
class Scrape:
    @workflow.run
    async def run(self, count: int) -> int:
        return await workflow.execute_activity(
            scrape,
            count,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=4), backoff_coefficient=1.0
            ),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Scrape], activities=[scrape]).run()
    else:
        await client.start_workflow(Scrape.run, 4, id="scrape-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
