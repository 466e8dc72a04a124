"""What the diagnosis makes of the workers' passports: who registers what, how, and with what limits."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleRange,
    ScheduleSpec,
    WorkflowFailureError,
    WorkflowHandle,
)

from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.workers import end, queue_of, start_by_hand

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")

# {worker} stands where the Worker's arguments are.
SOURCE = """
import asyncio, os, time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

NEVER_AGAIN = RetryPolicy(initial_interval=timedelta(hours=1))

@workflow.defn
class Order:
    @workflow.run
    async def run(self, what: str, given: list, times: int = 1) -> None:
        await asyncio.gather(*(
            workflow.execute_activity(
                what, args=given, start_to_close_timeout=timedelta(hours=1),
                retry_policy=NEVER_AGAIN
            )
            for _ in range(times)
        ))

@workflow.defn
class InTime:
    @workflow.run
    async def run(self, times: int) -> None:
        await asyncio.gather(*(
            workflow.execute_activity(
                "block", start_to_close_timeout=timedelta(seconds=2),
                retry_policy=RetryPolicy(maximum_attempts=1)
            )
            for _ in range(times)
        ))

@activity.defn
async def charge(amount: int) -> int:
    return amount

@activity.defn
async def charge_card(amount: int) -> int:
    return amount

@activity.defn
def block() -> None:
    while not os.path.exists(GATE):
        time.sleep(0.05)

class Mailer:
    @activity.defn
    async def send(self, to: str) -> str:
        return to

GATE = "{gate}"

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    await Worker(client, task_queue="{queue}", {worker}).run()

if __name__ == "__main__":
    asyncio.run(main())
"""

WORKFLOWS = "workflows=[Order, InTime]"


@pytest.fixture
def shop(app: Project) -> Callable[..., None]:
    def write(worker: str, name: str = "worker.py") -> None:
        gate = app.path("gate")
        app.write(name, SOURCE.format(queue=queue_of(app.world), worker=worker, gate=gate))

    return write


@pytest.fixture
def pair(app: Project, shop: Callable[..., None]) -> None:
    """Two workers of one queue: the one has 'charge', the other has not."""
    shop(f"{WORKFLOWS}, activities=[charge]", "with_it.py")
    shop(f"{WORKFLOWS}, activities=[charge_card]", "without.py")
    sections = [
        f"[worker {name}]\ncommand = {app.command(f'{name}.py')}\ntask_queue = {queue_of(app.world)}\n"
        for name in ("with_it", "without")
    ]
    app.write("temporal-skill.ini", "".join(sections))
    del app.world.env["TEMPORAL_WORKER_CMD"]


def diagnosed(cli: Cli, handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = cli("diagnose", "-w", handle.id, "-o", "json").json
    return answer


def headline(cli: Cli, handle: WorkflowHandle[Any, Any]) -> str:
    return cli("diagnose", "-w", handle.id).out.splitlines()[0]


def says(lines: list[str], *words: str) -> bool:
    return any(all(word in line for word in words) for line in lines)


def until_told(
    cli: Cli, handle: WorkflowHandle[Any, Any], holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Until the server has listed what the diagnosis then tells."""
    for _ in range(200):
        told = diagnosed(cli, handle)
        if holds(told):
            return told
    raise AssertionError(f"not told: {told}")


async def until_failed(handle: WorkflowHandle[Any, Any]) -> None:
    """Until an attempt of its activity has failed."""
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        if any(one.HasField("last_failure") for one in pending):
            return
        await asyncio.sleep(0.02)


async def until_pending(handle: WorkflowHandle[Any, Any], count: int) -> None:
    while len((await handle.describe()).raw_description.pending_activities) != count:
        await asyncio.sleep(0.02)


async def until_started(handle: WorkflowHandle[Any, Any], count: int) -> None:
    """Until a worker has taken so many of its activities."""
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        if sum(one.HasField("last_started_time") for one in pending) == count:
            return
        await asyncio.sleep(0.02)


def start(temporal: Temporal, queue: str, what: str, *given: Any, times: int = 1) -> Any:
    return temporal.start_workflow("Order", what, list(given), times, task_queue=queue)


# ---- who registers it ----


def test_two_workers_with_different_registrations(
    cli: Cli, pair: None, app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    cli.json("ensure-worker", "without")
    handle = start(temporal, queue, "charge", 7)
    temporal.call(until_failed(handle))
    told = diagnosed(cli, handle)
    assert told["verdict"] == "missing_activity"
    assert says(told["evidence"], "does not register 'charge' (it registers 'charge_card')")
    cli.json("ensure-worker", "with_it")
    told = diagnosed(cli, handle)
    assert told["verdict"] == "missing_activity"
    assert f"is not registered on each worker of '{queue}'" in headline(cli, handle)
    assert says(told["evidence"], "/with_it' registers 'charge' (with_it.py:", "without' does not")
    assert says(told["recovery"], f"let all workers of '{queue}' register the same", "without'")
    # What was known can be read once more.
    saved = app.path("symptoms.json")
    cli("diagnose", "-w", handle.id, "--save-symptoms", saved)
    more = json.loads(saved.read_text())["symptoms"]["more"]
    assert [row["types"][1].get("registered", False) for row in more["passports"]] != [True, True]


def test_one_poller_by_hand_is_said_to_be_unknown(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    shop(f"{WORKFLOWS}, activities=[charge_card]")
    cli.json("ensure-worker")
    handle = start(temporal, queue, "charge", 7)
    temporal.call(until_failed(handle))
    # It does not have the type either, which only it knows: with it, the next attempt would be well.
    shop(f"{WORKFLOWS}, activities=[charge_card]", "other.py")
    other = start_by_hand(app, "other.py")
    try:
        # It polls for activities and for workflows, of which one is listed first.
        unknown = f"worker {other.pid}@"
        until_told(cli, handle, lambda told: says(told["evidence"], unknown, "is not known"))
        # It may have the type of one that is to begin later.
        later = temporal.start_workflow("Nowhere", task_queue=queue, start_delay=timedelta(hours=1))
        told = until_told(cli, later, lambda told: not told["attention"])
        assert told["verdict"] == "start_delayed"
    finally:
        end(other)


def test_a_type_that_is_registered_nowhere_is_told_before_it_fails(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    shop(
        f"{WORKFLOWS}, activities=[block], activity_executor=ThreadPoolExecutor(1), "
        "max_concurrent_activities=1"
    )
    cli.json("ensure-worker")
    later = temporal.start_workflow("Ordre", task_queue=queue, start_delay=timedelta(hours=1))
    told = diagnosed(cli, later)
    assert told["verdict"] == "start_delayed" and told["attention"]
    assert f"workflow type 'Ordre' is not registered on the worker of '{queue}'" in headline(
        cli, later
    )
    assert says(told["evidence"], "(it registers 'Order')")
    assert later.id in cli("diagnose").out
    # The only slot is taken, so that the other waits, and nothing of it has failed yet.
    holding = start(temporal, queue, "block")
    temporal.call(until_started(holding, 1))
    handle = start(temporal, queue, "nowhere")
    temporal.call(until_pending(handle, 1))
    told = diagnosed(cli, handle)
    assert told["verdict"] == "missing_activity" and told["stalled"]
    assert told["root_cause"]["message"].endswith("registers activity 'nowhere'")
    app.write("gate", "")


def test_a_schedule_of_a_type_that_is_registered_nowhere(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    shop(WORKFLOWS)
    cli.json("ensure-worker")
    for name, workflow in (("good", "Order"), ("bad", "Ordre")):
        action = ScheduleActionStartWorkflow(workflow, id=name, task_queue=queue)
        spec = ScheduleSpec(calendars=[ScheduleCalendarSpec(year=[ScheduleRange(2100)])])
        temporal.call(temporal.client.create_schedule(name, Schedule(action, spec)))
    rows = []
    for _ in range(200):  # until the server lists them
        rows = cli("diagnose", "-o", "json").json["schedules"]
        if rows:
            break
    (row,) = rows
    assert row["schedule_id"] == "bad"
    assert f"'Ordre' is not registered on the worker of '{queue}'" in row["trouble"]
    assert "(it registers 'Order')" in row["trouble"]
    assert "add Ordre to the list workflows=[...]" in row["recovery"]
    # Who polls and is not known may have it.
    other = start_by_hand(app, "worker.py")
    try:
        for _ in range(200):  # until the server lists it
            rows = cli.json("diagnose")["schedules"]
            if not rows:
                break
        assert not rows
    finally:
        end(other)


# ---- how it is registered ----


def test_unbound_activity(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    shop(f"{WORKFLOWS}, activities=[Mailer.send]")
    cli.json("ensure-worker")
    handle = start(temporal, queue_of(app.world), "send", "ann")
    temporal.call(until_failed(handle))
    told = diagnosed(cli, handle)
    assert told["verdict"] == "activity_retrying"
    assert says(told["evidence"], "'send' (worker.py:", "is registered from its class")
    assert says(told["recovery"], "register it from an object")


def test_arguments_that_do_not_fit(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    shop(f"{WORKFLOWS}, activities=[charge]")
    cli.json("ensure-worker")
    handle = start(temporal, queue, "charge", 7, "EUR")
    temporal.call(until_failed(handle))
    told = diagnosed(cli, handle)
    assert told["verdict"] == "activity_retrying"
    assert says(told["evidence"], "takes (amount: int); event 5 gives it 2 arguments, too many")
    assert says(told["recovery"], "passes another number of arguments than 'charge' (worker.py:")
    alone = temporal.start_workflow("Order", "charge", task_queue=queue)
    told = until_told(cli, alone, lambda told: told["verdict"] == "workflow_task_failure")
    assert says(told["evidence"], "takes (what: str, given: list, times: int = ...)", "too few")


# ---- limits ----


def test_fewer_threads_than_slots(
    cli: Cli, shop: Callable[..., None], app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    shop(
        f"{WORKFLOWS}, activities=[block], activity_executor=ThreadPoolExecutor(1), "
        "max_concurrent_activities=5"
    )
    cli.json("ensure-worker")
    handle = start(temporal, queue, "block", times=3)
    temporal.call(until_started(handle, 3))
    told = diagnosed(cli, handle)
    assert told["verdict"] == "activity_in_progress"
    assert says(
        told["evidence"], "1 thread for its sync activities and 5 activity slots", "has taken 3"
    )
    assert says(told["recovery"], "max_workers=5", "max_concurrent_activities to 1")
    Path(app.path("gate")).write_text("")
    temporal.result(handle)
    app.path("gate").unlink()
    # And of one whose time runs out.
    late = temporal.start_workflow("InTime", 3, task_queue=queue)
    with pytest.raises(WorkflowFailureError):
        temporal.result(late)
    told = diagnosed(cli, late)
    app.write("gate", "")
    assert told["verdict"] == "activity_timeout"
    assert says(told["evidence"], "1 thread for its sync activities and 5 activity slots")
    assert says(told["recovery"], "waited for one of the 1 threads") or says(
        told["recovery"], "as many threads as slots"
    )
