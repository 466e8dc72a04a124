"""EXPECT: it waits until 'render' confirms its cancellation (WAIT_CANCELLATION_COMPLETED); that never
heartbeats and has no heartbeat_timeout, so it never hears of it. Not "with its next heartbeat", and
the workflow's code swallows nothing.

Cancelled while its activity, which never heartbeats, is to confirm that.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "films"


@activity.defn
async def render(film: str) -> str:
    await asyncio.sleep(3600)
    return film


@workflow.defn
class Render:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            render,
            "trailer",
            start_to_close_timeout=timedelta(hours=3),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Render], activities=[render]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("film-2").cancel()
    else:
        await client.start_workflow(Render.run, id="film-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
