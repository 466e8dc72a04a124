"""EXPECT: activity 'progress' fails at every attempt with RuntimeError of activity.client(): a
client is there in async activities only, and this one is a plain def that runs in a thread. Make
it async def, or give the activity a client of its own; restart the worker, the next try goes well.

A sync activity asks for the client of its worker.
"""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "uploads"


@activity.defn
def progress(upload: str) -> str:
    handle = activity.client().get_workflow_handle(upload)  # HERE
    return handle.id


@workflow.defn
class Upload:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            progress, workflow.info().workflow_id, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        with ThreadPoolExecutor(4) as pool:
            worker = Worker(
                client,
                task_queue=Q,
                workflows=[Upload],
                activities=[progress],
                activity_executor=pool,
            )
            await worker.run()
    else:
        await client.start_workflow(Upload.run, id="upload-88", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
