"""EXPECT: the parent waits for child 'sync-accounts', which fails and is run again and again: its
retry policy is for the whole workflow and has no end, each run fails of activity 'pull' with
ApplicationError 'refresh token was revoked', which no repetition mends. So the parent never hears
of a failure. Renew the token; give retry policies to activities, or the child maximum_attempts.

A child workflow with a retry policy of its own.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "syncs"


@activity.defn
async def pull(table: str) -> int:
    raise ApplicationError("refresh token was revoked", type="TokenRevoked", non_retryable=True)


@workflow.defn
class SyncTable:
    @workflow.run
    async def run(self, table: str) -> int:
        return await workflow.execute_activity(
            pull, table, start_to_close_timeout=timedelta(seconds=10)
        )


@workflow.defn
class Sync:
    @workflow.run
    async def run(self) -> int:
        again = RetryPolicy(maximum_interval=timedelta(seconds=2))
        return await workflow.execute_child_workflow(
            SyncTable.run, "accounts", id="sync-accounts", retry_policy=again
        )


async def start(client: Client) -> None:
    await client.start_workflow(Sync.run, id="sync-44", task_queue=Q)
    runs = 0
    while runs < 3:
        await asyncio.sleep(0.3)
        runs = (await client.count_workflows("WorkflowId = 'sync-accounts'")).count


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Sync, SyncTable], activities=[pull]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
