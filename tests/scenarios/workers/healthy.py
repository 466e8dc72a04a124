"""The worker that is all right: what breaks on its queue is the workflow's or activity's doing."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.worker import Worker

from workers import activities, broken, flows
from workers.serve import serve
from workers.shared import QUEUE_SERVED
from workers.unsandboxed import FailsOnce


def make(client: Client) -> Sequence[Worker]:
    return [
        Worker(
            client,
            task_queue=QUEUE_SERVED,
            workflows=[*flows.ALL, *broken.ALL, FailsOnce],
            activities=activities.ALL,
        )
    ]


if __name__ == "__main__":
    serve(make)
