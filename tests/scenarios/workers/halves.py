"""Workers that are not all there: no activities, no workflows, or one slot and an odd name."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.worker import Worker

from workers import activities, broken, flows
from workers.serve import serve
from workers.shared import QUEUE_ACTIVITIES_ONLY, QUEUE_ONE_SLOT, QUEUE_WORKFLOWS_ONLY


def make(client: Client) -> Sequence[Worker]:
    return [
        Worker(client, task_queue=QUEUE_WORKFLOWS_ONLY, workflows=[*flows.ALL, *broken.ALL]),
        Worker(client, task_queue=QUEUE_ACTIVITIES_ONLY, activities=activities.ALL),
        Worker(
            client,
            task_queue=QUEUE_ONE_SLOT,
            workflows=flows.ALL,
            activities=activities.ALL,
            max_concurrent_activities=1,
            identity="orders-worker-7",
        ),
    ]


if __name__ == "__main__":
    serve(make)
