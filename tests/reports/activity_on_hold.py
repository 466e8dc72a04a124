"""EXPECT: activity 'withdraw' is paused (by ops@example.com: 'bank is down'): temporal activity
unpause; no retry until then. Its last failure was ConnectionError.

Somebody paused an activity.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import PauseActivityRequest
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "accounts"


@activity.defn
async def withdraw() -> None:
    raise ConnectionError("no answer")


@workflow.defn
class Account:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            withdraw,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Account], activities=[withdraw]).run()
    elif sys.argv[1] == "poke":
        await client.workflow_service.pause_activity(
            PauseActivityRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id="account-1"),
                identity="ops@example.com",
                type="withdraw",
                reason="bank is down",
            )
        )
    else:
        await client.start_workflow(Account.run, id="account-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
