"""EXPECT: cancelled, and still running as its cleanup 'release_hold' fails at every attempt ('vault
locked'): fix that; the cancellation has been acted on.

The cleanup after a cancellation never succeeds.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "holds"


@activity.defn
async def release_hold() -> None:
    raise RuntimeError("vault locked")


@workflow.defn
class Hold:
    @workflow.run
    async def run(self) -> None:
        try:
            await workflow.sleep(3600)
        except asyncio.CancelledError:
            await workflow.execute_activity(
                release_hold,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(backoff_coefficient=1.0),
            )
            raise


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Hold], activities=[release_hold]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("hold-1").cancel()
    else:
        await client.start_workflow(Hold.run, id="hold-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
