"""EXPECT: the pool's process is killed while resize runs (as the kernel does when memory runs out):
the pool is broken (BrokenProcessPool), and the worker ends with it. Mend that, start it again.

An activity in a process pool whose process is killed.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import SharedStateManager, Worker

Q = "pictures"


@activity.defn
def resize(picture: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)  # as the kernel would
    return picture


@workflow.defn
class Resize:
    @workflow.run
    async def run(self, picture: str) -> str:
        return await workflow.execute_activity(
            resize, picture, start_to_close_timeout=timedelta(minutes=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Resize],
            activities=[resize],
            activity_executor=ProcessPoolExecutor(1),
            shared_state_manager=SharedStateManager.create_from_multiprocessing(
                multiprocessing.Manager()
            ),
        ).run()
    else:
        await client.start_workflow(Resize.run, "map.tif", id="resize-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
