"""EXPECT: activity 'fetch' failed for good ('mirror gone'), but the workflow does not fail: its
TaskGroup makes an ExceptionGroup of that, which is no failure for Temporal, so the workflow task
fails again and again. Catch it (except* or gather) and raise ApplicationError, or name
ExceptionGroup in failure_exception_types.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "mirrors"


@activity.defn
async def fetch(host: str) -> str:
    if host == "south":
        raise ApplicationError("mirror gone", type="MirrorGone", non_retryable=True)
    return host


@workflow.defn
class Mirrors:
    @workflow.run
    async def run(self) -> int:
        async with asyncio.TaskGroup() as group:  # HERE
            tasks = [group.create_task(self.one(host)) for host in ("north", "south")]
        return len(tasks)

    async def one(self, host: str) -> str:
        return await workflow.execute_activity(
            fetch, host, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Mirrors], activities=[fetch]).run()
    else:
        await client.start_workflow(Mirrors.run, id="mirrors-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
