"""Before a worker is stopped, what it is at: its attempts are lost with it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowHandle
from temporalio.common import RetryPolicy

from conftest import MakeProject
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.server import DevServer
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")

QUEUE = "at-work"
HOLDS = f'''\
import asyncio

from temporalio import activity
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker


@activity.defn
async def hold() -> None:
    await asyncio.sleep(600)


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    await Worker(client, task_queue="{QUEUE}-of-activities", activities=[hold]).run()


asyncio.run(main())
'''


@workflow.defn
class Hold:
    @workflow.run
    async def run(self, attempts: int) -> None:
        await workflow.execute_activity(
            "hold",
            task_queue=f"{QUEUE}-of-activities",
            start_to_close_timeout=timedelta(seconds=600),
            retry_policy=RetryPolicy(maximum_attempts=attempts),
        )


async def until_started(handle: WorkflowHandle[Any, Any]) -> None:
    started = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    while not any(
        one.state == started for one in (await handle.describe()).raw_description.pending_activities
    ):
        await asyncio.sleep(0.02)


@pytest.fixture
def holding(
    cli: Cli, make_project: MakeProject, server: DevServer, temporal: Temporal, world: World
) -> Project:
    """A project whose worker is at two activities, the last attempt of one of them."""
    project = make_project({"worker.py": HOLDS}, "app").use()
    cli.json("ensure-worker", "--task-queue", f"{QUEUE}-of-activities")
    temporal.start_worker(QUEUE, [Hold])
    handles = [
        temporal.start_workflow("Hold", attempts, task_queue=QUEUE, id=f"hold-{attempts}")
        for attempts in (0, 1)
    ]
    for handle in handles:
        temporal.call(until_started(handle))
    return project


def at_work(result: dict[str, Any]) -> list[tuple[str, str, int, bool]]:
    return sorted(
        (row["workflow_id"], row["activity"], row["attempt"], row["last_attempt"])
        for row in result["at_work"]
    )


EXPECTED = [("hold-0", "hold", 1, False), ("hold-1", "hold", 1, True)]


@pytest.mark.usefixtures("holding")
def test_kill_worker_names_what_is_lost(cli: Cli) -> None:
    ran = cli("kill-worker", "-o", "json").expect(0)
    assert at_work(ran.json) == EXPECTED
    assert "activity 'hold' of 'hold-0'" in ran.err and "is tried again" in ran.err
    assert "activity 'hold' of 'hold-1'" in ran.err and "last attempt" in ran.err


@pytest.mark.usefixtures("holding")
def test_ensure_worker_names_what_is_lost(cli: Cli) -> None:
    ran = cli("ensure-worker", "--task-queue", f"{QUEUE}-of-activities", "-o", "json").expect(0)
    assert at_work(ran.json) == EXPECTED


def test_idle_worker_is_stopped_without_a_word(cli: Cli, app: Project) -> None:
    cli.json("ensure-worker")
    ran = cli("kill-worker", "-o", "json").expect(0)
    assert "at_work" not in ran.json and "at work" not in ran.err
