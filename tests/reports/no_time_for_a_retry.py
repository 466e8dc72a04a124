"""EXPECT: failed of 'bank refused' after 1 attempt of 5: the next one (10 s later) would come after
schedule_to_close_timeout (5 s); give it more time or retry sooner.

The deadline of all attempts is shorter than the pause between two.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "transfers"


@activity.defn
async def transfer() -> None:
    raise ConnectionError("bank refused")


@workflow.defn
class Transfer:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            transfer,
            schedule_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=10), maximum_attempts=5),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Transfer], activities=[transfer]).run()
    else:
        await client.start_workflow(Transfer.run, id="transfer-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
