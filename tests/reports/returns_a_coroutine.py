"""EXPECT: activity 'shorten' fails at every attempt: its result cannot be encoded, Object of type
coroutine is not JSON serializable: the decorator 'timed' is a sync wrapper around the async
activity, so it runs in a thread and returns the coroutine, which nobody awaits. Make the wrapper
async (return await fn(...)); restart the worker, the next attempt does it.

A decorator for sync functions stands between @activity.defn and an async activity.
"""

import asyncio
import functools
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "articles"


def timed(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any) -> Any:
        start = time.monotonic()
        result = fn(*args)
        print(fn.__name__, "took", time.monotonic() - start)
        return result

    return wrapper


@activity.defn
@timed
async def shorten(article: str) -> str:
    return article[:20]


@workflow.defn
class Abstract:
    @workflow.run
    async def run(self, article: str) -> Any:
        return await workflow.execute_activity(
            shorten, article, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Abstract],
            activities=[shorten],
            activity_executor=ThreadPoolExecutor(4),
            max_concurrent_activities=4,
        ).run()
    else:
        await client.start_workflow(Abstract.run, "a long one", id="abstract-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
