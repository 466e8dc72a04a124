"""EXPECT: the workflow is pinned to version 1.0 of deployment 'rentals', and no worker of 1.0 runs
any more: that of 2.0, which is current, does not get it. Start a worker of 1.0 again, or move the
workflow to 2.0 (temporal workflow update-options with a versioning override).

Steps: worker, start, worker2, release: 2.0 became current while the workflow waits.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig

Q = "rentals"


@workflow.defn(versioning_behavior=VersioningBehavior.PINNED)
class Rental:
    def __init__(self) -> None:
        self.back = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.back)
        return "is back"

    @workflow.signal
    def bring_back(self) -> None:
        self.back = True


async def make_current(client: Client, version: str) -> None:
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace="default", deployment_name="rentals", build_id=version
                )
            )
            return
        except RPCError:  # not known yet
            await asyncio.sleep(0.2)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        build = "2.0" if sys.argv[1] == "worker2" else "1.0"
        await Worker(
            client,
            task_queue=Q,
            workflows=[Rental],
            max_cached_workflows=0,
            deployment_config=WorkerDeploymentConfig(
                version=WorkerDeploymentVersion(deployment_name="rentals", build_id=build),
                use_worker_versioning=True,
            ),
        ).run()
    elif sys.argv[1] == "release":
        await make_current(client, "2.0")
        await client.get_workflow_handle("rental-3").signal(Rental.bring_back)
    else:
        await make_current(client, "1.0")
        await client.start_workflow(Rental.run, id="rental-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
