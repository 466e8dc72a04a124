"""EXPECT: a worker polls 'bills' as version 1.0 of deployment 'billing', which is not the current
version, so it gets nothing: temporal worker deployment set-current-version. Another ensure-worker
does not help.

Worker versioning is on, and nobody has made a version current.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

Q = "bills"


@workflow.defn(versioning_behavior=VersioningBehavior.PINNED)
class Bill:
    @workflow.run
    async def run(self) -> str:
        return "billed"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Bill],
            deployment_config=WorkerDeploymentConfig(
                version=WorkerDeploymentVersion(deployment_name="billing", build_id="1.0"),
                use_worker_versioning=True,
            ),
        ).run()
    else:
        await client.start_workflow(Bill.run, id="bill-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
