"""EXPECT: HEARTBEAT timeout of dump: it means to heartbeat, but from a thread of its own, which has
no activity context ("Not in activity context" in the worker's output): copy the context into it.

A sync activity that lets a thread of its own send the heartbeats.
"""

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "warehouse"


def beat() -> None:
    while True:
        activity.heartbeat()
        time.sleep(0.5)


@activity.defn
def dump(table: str) -> int:
    threading.Thread(target=beat, daemon=True).start()
    for _ in range(60):
        time.sleep(0.5)
    return 60


@workflow.defn
class Dump:
    @workflow.run
    async def run(self, table: str) -> int:
        return await workflow.execute_activity(
            dump,
            table,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout=timedelta(seconds=3),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Dump],
            activities=[dump],
            activity_executor=ThreadPoolExecutor(10),
        ).run()
    else:
        await client.start_workflow(Dump.run, "orders", id="dump-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
