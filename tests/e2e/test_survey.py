"""find-stalled-workflows and diagnose ask in different ways, and must come to the same verdict."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.api.enums.v1 import PendingActivityState

from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.world import World

SERVED, OTHER, UNSERVED = "survey", "survey-activities", "survey-nobody"

ACTIVITY_WORKER = f"""\
import asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker


@activity.defn
async def work() -> None:
    await asyncio.sleep(600)


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    worker = Worker(client, task_queue="{OTHER}", activities=[work], max_concurrent_activities=1)
    async with worker:
        print("ready", flush=True)
        await asyncio.sleep(600)


asyncio.run(main())
"""


@activity.defn
async def work() -> None:
    await asyncio.sleep(600)


@workflow.defn
class Works:
    """Runs an activity on each of these queues, side by side."""

    @workflow.run
    async def run(self, queues: list[str]) -> None:
        await asyncio.gather(
            *(
                workflow.execute_activity(
                    "work", task_queue=queue, start_to_close_timeout=timedelta(minutes=10)
                )
                for queue in queues
            )
        )


async def until_pending(temporal: Temporal, workflow_id: str, started: int, waiting: int) -> None:
    """Until so many of its activities are being worked on, and so many wait for a worker."""
    states = (
        PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
        PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED,
    )
    handle = temporal.client.get_workflow_handle(workflow_id)
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        if tuple(sum(item.state == state for item in pending) for state in states) == (
            started,
            waiting,
        ):
            return
        await asyncio.sleep(0.1)


def verdicts(cli: Cli, workflow_id: str) -> tuple[str, str]:
    """By diagnose and by find-stalled-workflows."""
    found = cli.json("find-stalled-workflows")
    listed = [row["verdict"] for row in found["stalled"] if row["workflow_id"] == workflow_id]
    others: dict[str, Any] = found["not_stalled"]
    return cli.json("diagnose", "-w", workflow_id)["verdict"], *(listed or others)


def test_each_activity_is_looked_at_on_its_own_queue(cli: Cli, temporal: Temporal) -> None:
    """One is at work, one waits for the same worker's only slot, one for a worker that never comes."""
    temporal.start_worker(SERVED, [Works])
    temporal.start_worker(OTHER, (), [work], max_concurrent_activities=1)
    id = temporal.start_workflow(Works.run, [OTHER, OTHER], task_queue=SERVED).id
    temporal.call(until_pending(temporal, id, started=1, waiting=1))
    assert verdicts(cli, id) == ("activity_in_progress", "activity_in_progress")
    temporal.call(temporal.client.get_workflow_handle(id).terminate())
    id = temporal.start_workflow(Works.run, [OTHER, OTHER, UNSERVED], task_queue=SERVED).id
    temporal.call(until_pending(temporal, id, started=0, waiting=3))
    assert verdicts(cli, id) == ("no_activity_worker", "no_activity_worker")


def test_activity_worker_that_was_killed(cli: Cli, temporal: Temporal, world: World) -> None:
    """The server remembers its poller for minutes; this machine knows that it is dead."""
    temporal.start_worker(SERVED, [Works])
    words = [sys.executable, "-c", ACTIVITY_WORKER]
    with subprocess.Popen(words, env=world.env, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout and worker.stdout.readline() == "ready\n"
        id = temporal.start_workflow(Works.run, [OTHER], task_queue=SERVED).id
        temporal.call(until_pending(temporal, id, started=1, waiting=0))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert processes.wait_gone(worker.pid, 10)
    id = temporal.start_workflow(Works.run, [OTHER], task_queue=SERVED).id
    temporal.call(until_pending(temporal, id, started=0, waiting=1))
    assert verdicts(cli, id) == ("no_activity_worker", "no_activity_worker")
