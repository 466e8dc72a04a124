"""EXPECT: nobody takes the workflow's first task, although a worker polls its queue: the current
version of the deployment 'invoicing' is 1.0, so only workers of that version get tasks, and the
worker that runs has no version. Start a worker of invoicing 1.0 again, or make the unversioned
workers current (`temporal worker deployment set-current-version --deployment-name invoicing
--unversioned`); it then goes on by itself.

A worker is started without its version, while that version is the current one.
Steps: versioned, current, plain, start.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

Q = "invoices"
FIRST = WorkerDeploymentConfig(
    version=WorkerDeploymentVersion("invoicing", "1.0"),
    use_worker_versioning=True,
    default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
)


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self) -> str:
        return "sent"


async def make_current(client: Client) -> None:
    service = client.workflow_service
    await service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace="default", deployment_name="invoicing", build_id="1.0"
        )
    )
    ask = DescribeTaskQueueRequest(namespace="default", task_queue=TaskQueue(name=Q))
    while not (await service.describe_task_queue(ask)).versioning_info.current_version:
        await asyncio.sleep(0.1)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "versioned":
        await Worker(client, task_queue=Q, workflows=[Invoice], deployment_config=FIRST).run()
    elif sys.argv[1] == "plain":
        await Worker(client, task_queue=Q, workflows=[Invoice]).run()
    elif sys.argv[1] == "current":
        await make_current(client)
    else:
        await client.start_workflow(Invoice.run, id="invoice-51", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
