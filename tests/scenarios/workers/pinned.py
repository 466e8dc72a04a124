"""A worker of one version of a worker deployment: its workflows stay with that version."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from workers import flows
from workers.serve import serve
from workers.shared import QUEUE_PINNED


def make(client: Client) -> Sequence[Worker]:
    return [
        Worker(
            client,
            task_queue=QUEUE_PINNED,
            workflows=flows.ALL,
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
            deployment_config=WorkerDeploymentConfig(
                version=WorkerDeploymentVersion("scenarios", sys.argv[3]),
                use_worker_versioning=True,
                default_versioning_behavior=VersioningBehavior.PINNED,
            ),
        )
    ]


if __name__ == "__main__":
    serve(make)
