"""EXPECT: activity 'resize' fails at every attempt before its code begins, with RuntimeError:
cannot schedule new futures after shutdown. The worker is made within 'with ThreadPoolExecutor()',
but run after that block, when the pool is closed. Run it within the block, restart the worker;
the next attempt goes well.

The executor of the activities is closed while the worker runs.
"""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pictures"


@activity.defn
def resize(picture: str) -> str:
    return f"small {picture}"


@workflow.defn
class Upload:
    @workflow.run
    async def run(self, picture: str) -> str:
        return await workflow.execute_activity(
            resize, picture, start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        with ThreadPoolExecutor(4) as pool:
            worker = Worker(
                client,
                task_queue=Q,
                workflows=[Upload],
                activities=[resize],
                activity_executor=pool,
            )
        await worker.run()
    else:
        await client.start_workflow(Upload.run, "dog.png", id="upload-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
