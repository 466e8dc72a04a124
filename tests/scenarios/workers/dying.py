"""A healthy worker that will be killed: what it leaves behind is the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from workers import activities, flows
from workers.serve import serve
from workers.shared import QUEUE_DYING


def make(client: Client) -> Sequence[Worker]:
    return [
        Worker(
            client,
            task_queue=QUEUE_DYING,
            workflows=flows.ALL,
            activities=activities.ALL,
            # After this, tasks for the dead worker's own queue go back to the common one.
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        )
    ]


if __name__ == "__main__":
    serve(make)
