"""EXPECT: not transcode's fault: its worker was shut down (a deploy) while it ran; without a
graceful_shutdown_timeout it is cancelled at once, and maximum_attempts=1 leaves no other attempt.

The worker is shut down in good order, with an activity at work.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "clips"
PID = Path("worker.pid")


@activity.defn
async def transcode(clip: str) -> str:
    await asyncio.sleep(60)
    return clip


@workflow.defn
class Clip:
    @workflow.run
    async def run(self, clip: str) -> str:
        return await workflow.execute_activity(
            transcode,
            clip,
            start_to_close_timeout=timedelta(minutes=10),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        PID.write_text(str(os.getpid()))
        async with Worker(client, task_queue=Q, workflows=[Clip], activities=[transcode]):
            await stop.wait()
        print("stopped", flush=True)
    elif sys.argv[1] == "deploy":
        os.kill(int(PID.read_text()), signal.SIGTERM)
    else:
        await client.start_workflow(Clip.run, "intro", id="clip-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
