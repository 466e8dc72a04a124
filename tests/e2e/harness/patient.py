"""A scratch project that gets broken and mended, and its workflow: the patient of the recovery tests."""

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import PauseActivityRequest
from temporalio.client import WorkflowHandle

from .cli import DEADLINE_SECONDS, Cli
from .client import Temporal
from .ending import LEAVE
from .project import Project
from .world import World

WORKFLOW = """\
import asyncio
import os
import random
import time
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import charge

PRICES = {"pears": 7}
LIMIT = 100


@dataclass
class Parcel:
    what: str


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.notes: list[str] = []

    @workflow.run
    async def run(self, what: str) -> str:
        price = PRICES[what]
        receipt = await workflow.execute_activity(
            charge,
            price,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1),
        )
        return f"{what}: {receipt}"

    @workflow.signal
    def note(self, text: str) -> None:
        self.notes.append(text)


@workflow.defn
class Other:
    @workflow.run
    async def run(self) -> None:
        pass


@workflow.defn
class Naps:
    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(5)
        return "awake"


@workflow.defn
class Waits:
    def __init__(self) -> None:
        self.released = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.released)
        return "released"

    @workflow.signal
    def release(self) -> None:
        self.released = True


@workflow.defn
class Hands:
    \"\"\"Hands the work to a child.\"\"\"

    @workflow.run
    async def run(self, what: str) -> str:
        return await workflow.execute_child_workflow(
            Order.run, what, id=workflow.info().workflow_id + "/child"
        )


@workflow.defn
class Stays:
    \"\"\"Swallows the first cancellation; as a new one it ends by itself.\"\"\"

    @workflow.run
    async def run(self, stay: bool = False) -> str:
        try:
            await workflow.wait_condition(lambda: not stay)
        except asyncio.CancelledError:
            await workflow.wait_condition(lambda: False)
        return "left"
"""

ACTIVITIES = """\
import time

from temporalio import activity


@activity.defn
def charge(price: int) -> str:
    return f"paid {price}"


@activity.defn
def refund(price: int) -> str:
    return f"gave back {price}"
"""

WORKER = """\
import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker

from activities import charge, refund
from workflow import Hands, Naps, Order, Other, Stays, Waits


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Worker(
        client,
        task_queue="QUEUE",
        workflows=[Order, Other, Naps, Waits, Hands, Stays],
        activities=[charge],
        activity_executor=ThreadPoolExecutor(4),
        graceful_shutdown_timeout=timedelta(seconds=1),
    ):
        await stop.wait()


logging.basicConfig(level=logging.INFO)
asyncio.run(main())
"""

STARTER = """\
import asyncio
import sys
import uuid

from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    print(await client.execute_workflow(
        sys.argv[1], args=sys.argv[2:], id=f"anew-{uuid.uuid4()}", task_queue="QUEUE"
    ))


asyncio.run(main())
"""

# A failed workflow task is tried again when it times out. Long enough to look at it in between.
TASK_TIMEOUT = timedelta(seconds=6)
# Longer than anybody should have to wait; a test that waits for it fails.
NEVER_SECONDS = 600


@dataclass(frozen=True)
class Break:
    """One place of a file, as it should be and what breaks it."""

    file: str
    good: str
    bad: str


PRICE = "        price = PRICES[what]\n"


def in_workflow(bad: str, good: str = PRICE) -> tuple[Break, ...]:
    """In place of a line of Order's; by default the one that may raise."""
    return (Break("workflow.py", good, bad),)


def has_failed_activity(answer: Any) -> bool:
    return any(activity.HasField("last_failure") for activity in answer.pending_activities)


@dataclass
class Patient:
    """A scratch project that gets broken, and its workflow."""

    world: World
    cli: Cli
    temporal: Temporal
    project: Project
    queue: str
    originals: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def damage(self, *breaks: Break) -> None:
        for one in breaks:
            self.originals.setdefault(one.file, self.project.read(one.file))
            self.project.replace(one.file, one.good, one.bad)

    def mend(self) -> None:
        for file, text in self.originals.items():
            self.project.write(file, text)

    def starts_anew(self, workflow: str, *args: str) -> None:
        command = self.project.command("starter.py", workflow, *args)
        self.project.write("temporal-skill.ini", f"[project]\nstarter_cmd = {command}\n")

    def start(self, workflow: str, *args: Any, **options: Any) -> str:
        defaults: dict[str, Any] = {
            "task_timeout": TASK_TIMEOUT,
            "id": f"order-{self.world.id[:8]}",
        }
        handle = self.temporal.start_workflow(
            workflow, *args, task_queue=self.queue, **(defaults | options)
        )
        workflow_id: str = handle.id
        return workflow_id

    def handle(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return self.temporal.client.get_workflow_handle(workflow_id)

    def describe(self, workflow_id: str) -> Any:
        """The server's own answer."""
        handle = self.handle(workflow_id)
        return self.temporal.call(handle.describe()).raw_description

    def attempt(self, workflow_id: str) -> int:
        """Of its pending workflow task or activity; 0: nothing is pending."""
        answer = self.describe(workflow_id)
        if answer.HasField("pending_workflow_task"):
            return int(answer.pending_workflow_task.attempt)
        return int(answer.pending_activities[0].attempt) if answer.pending_activities else 0

    async def until_event(self, workflow_id: str, name: str) -> None:
        """Wait until an event of this type is in its history."""
        async for event in self.handle(workflow_id).fetch_history_events(wait_new_event=True):
            if EventType.Name(event.event_type) == f"EVENT_TYPE_{name}":
                return

    async def until(self, workflow_id: str, holds: Callable[[Any], bool]) -> None:
        """Wait until the server's description is so; there is no event for what is pending."""
        while not holds((await self.handle(workflow_id).describe()).raw_description):
            await asyncio.sleep(0.1)

    def run_ids(self, workflow_id: str) -> list[str]:
        """Of all its runs, oldest first."""

        async def all_runs() -> list[tuple[Any, str]]:
            query = f"WorkflowId='{workflow_id}'"
            items = self.temporal.client.list_workflows(query)
            return [(item.start_time, item.run_id) async for item in items]

        return [run_id for _, run_id in sorted(self.temporal.call(all_runs()))]

    async def pause_activity(self, workflow_id: str, activity_type: str) -> None:
        client = self.temporal.client
        await client.workflow_service.pause_activity(
            PauseActivityRequest(
                namespace=client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id),
                type=activity_type,
                identity="a test",
                reason="maintenance",
            )
        )

    def offered(self, diagnosis: dict[str, Any], command: str) -> str:
        """A command that ends a line of `recovery`, beside those of `next`."""
        beginning = f"{self.cli.typed} {command} "
        for line in diagnosis["recovery"]:
            if beginning in line:
                return beginning + str(line).partition(beginning)[2]
        raise AssertionError(f"no {command} in {diagnosis['recovery']}")

    def wait_stalled(self, workflow_id: str) -> dict[str, Any]:
        """wait-for-workflow-status gives up by itself, and diagnose says the same."""
        words = ("-w", workflow_id, "-T", NEVER_SECONDS, "-o", "json")
        waited = self.cli("wait-for-workflow-status", *words).expect(6).json
        diagnosis: dict[str, Any] = self.cli.json("diagnose", "-w", workflow_id)
        assert waited["verdict"] == diagnosis["verdict"], (waited, diagnosis)
        return diagnosis

    def run(self, command: str, negative: bool = False) -> str:
        """One command of `next`, as printed; negative: its answer is no."""
        self.ran.append(command)
        done = subprocess.run(
            command,
            shell=True,
            env=self.world.env,
            cwd=self.world.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * DEADLINE_SECONDS,
        )
        assert done.returncode == int(negative), (
            f"{command}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def do_next(self, workflow_id: str, diagnosis: dict[str, Any]) -> None:
        """All of `next`; between the new worker and the next attempt the workflow must be called recovering."""
        assert diagnosis["next"], diagnosis
        for command in diagnosis["next"]:
            self.run(command)
            if "ensure-worker" in command and diagnosis["stalled"]:
                self.check_recovering(workflow_id, diagnosis["verdict"])

    def check_recovering(self, workflow_id: str, verdict: str) -> None:
        before = self.attempt(workflow_id)
        answer = self.cli.json("diagnose", "-w", workflow_id)
        # Tried again meanwhile: then it goes on, and there is nothing to recover from.
        if answer["verdict"] == verdict and self.attempt(workflow_id) == before:
            assert not answer["stalled"] and answer["next_attempt_at"], answer
            # An activity that its worker took along is in progress still, for all that the server knows.
            assert answer["recovering"] or verdict == "activity_in_progress", answer

    def assert_completed(self, workflow_id: str, result: str = "pears: paid 7") -> None:
        assert self.temporal.status(workflow_id) == "COMPLETED", self.ran
        assert self.temporal.result(self.handle(workflow_id)) == result

    def assert_new_completed(self, workflow: str, result: str) -> None:
        """The newest of the type was started by the starter, and completed."""

        async def newest() -> str:
            found = [
                item.id
                async for item in self.temporal.client.list_workflows(f"WorkflowType='{workflow}'")
                if item.id.startswith("anew-")
            ]
            assert len(found) == 1, found
            return found[0]

        self.assert_completed(self.temporal.call(newest()), result)


def make_patient(
    world: World, cli: Cli, temporal: Temporal, make_project: Callable[[dict[str, str]], Project]
) -> Patient:
    queue = f"orders-{world.id[:8]}"
    sources = {
        "workflow.py": WORKFLOW,
        "activities.py": ACTIVITIES,
        "worker.py": WORKER,
        "starter.py": STARTER + LEAVE,
    }
    project = make_project({name: text.replace("QUEUE", queue) for name, text in sources.items()})
    return Patient(world, cli, temporal, project.use(), queue)
