"""EXPECT: the first run ended by a reset ('bad deploy'): its work goes on in a new run; look at that
one. Nothing to repair.

A run that was reset.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.worker import Worker

Q = "cases"


@workflow.defn
class Case:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(3600)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Case]).run()
    elif sys.argv[1] == "poke":
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id="case-1"),
                reason="bad deploy",
                workflow_task_finish_event_id=4,
                request_id="reset-of-case-1",
            )
        )
    else:
        await client.start_workflow(Case.run, id="case-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
