"""EXPECT: cancelled, and waits for 'drain' to stop; 'drain' heartbeats and has been told, but takes
CancelledError and goes on: raise it there, or terminate.

An activity swallows its cancellation.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tanks"


@activity.defn
async def drain() -> None:
    while True:
        try:
            activity.heartbeat()
            await asyncio.sleep(0.3)
        except asyncio.CancelledError:
            print("asked to stop, going on", flush=True)


@workflow.defn
class Tank:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            drain,
            start_to_close_timeout=timedelta(hours=2),
            heartbeat_timeout=timedelta(seconds=3),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Tank], activities=[drain]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("tank-1").cancel()
    else:
        await client.start_workflow(Tank.run, id="tank-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
