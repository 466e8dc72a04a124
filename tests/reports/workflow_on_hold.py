"""EXPECT: the workflow is paused (by ops@example.com: 'audit'): temporal workflow unpause; it is not
stalled by a fault and no worker is missing.

Somebody paused a workflow. (frontend.WorkflowPauseEnabled=true)
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.worker import Worker

Q = "loans"


@workflow.defn
class Loan:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(3600)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Loan]).run()
    elif sys.argv[1] == "poke":
        await client.workflow_service.pause_workflow_execution(
            PauseWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_id="loan-1",
                identity="ops@example.com",
                reason="audit",
                request_id="pause-of-loan-1",
            )
        )
    else:
        await client.start_workflow(Loan.run, id="loan-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
