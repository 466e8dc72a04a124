"""A project whose workflow stays open, and runs of it that its first code began, for rehearsals of its edits."""

import types
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType

from .client import Temporal
from .project import Project
from .workers import queue_of

FLOWS = '''"""Activities and a workflow that waits between them."""

from datetime import timedelta

from temporalio import activity, workflow

SHORT = timedelta(seconds=10)


@activity.defn
async def pack(name: str) -> str:
    return name


@activity.defn
async def send(name: str) -> str:
    return name


@workflow.defn
class Parcel:
    def __init__(self) -> None:
        self.sent = False

    @workflow.run
    async def run(self, name: str) -> str:
        # begin
        await workflow.execute_activity(pack, name, start_to_close_timeout=SHORT)
        # packed
        await workflow.wait_condition(lambda: self.sent)
        # sent
        await workflow.execute_activity(send, name, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: False)
        return name

    @workflow.signal
    def go(self) -> None:
        self.sent = True


WORKFLOWS = [Parcel]
ACTIVITIES = [pack, send]
'''

# {…}: lines of the function `main` at that place, and more arguments.
WORKER = """import asyncio, os, sys, threading, time
import flows
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = {queue!r}
{head}

async def main() -> None:
    {before_client}
    client = await Client.connect(
        {address}, namespace=os.environ["TEMPORAL_NAMESPACE"]{connect}
    )
    {before}
    worker = Worker(
        client, task_queue=QUEUE, workflows=flows.WORKFLOWS, activities=flows.ACTIVITIES{extra}
    )
    {made}
    await worker.run()


if __name__ == "__main__":
    {start}
"""


def worker_file(queue: str, **places: str) -> str:
    given = {
        "head": "",
        "before_client": "pass",
        "address": 'os.environ["TEMPORAL_ADDRESS"]',
        "connect": "",
        "before": "pass",
        "extra": "",
        "made": "pass",
        "start": "asyncio.run(main())",
    }
    return WORKER.format(queue=queue, **(given | places))


class Parcels:
    def __init__(self, temporal: Temporal, project: Project) -> None:
        self.temporal = temporal
        self.project = project
        self.queue = queue_of(project.world)
        self.write()

    def write(self, **places: str) -> None:
        self.project.write("worker.py", worker_file(self.queue, **places))

    def change(self, *changes: tuple[str, str], file: str = "flows.py") -> None:
        for before, after in changes:
            self.project.replace(file, before, after)

    def begin(
        self,
        *ids: str,
        sent: tuple[str, ...] = (),
        queue: str = "",
        text: str = FLOWS,
        temporal: Temporal | None = None,
        **options: Any,
    ) -> None:
        """Runs of that code, each at its first wait; of those that were sent, at its second."""
        temporal = temporal or self.temporal
        queue = queue or self.queue
        module: Any = types.ModuleType("first_flows")
        exec(compile(text, "first_flows.py", "exec"), module.__dict__)
        stop = temporal.start_worker(queue, module.WORKFLOWS, module.ACTIVITIES, **options)
        for one in (*ids, *sent):
            temporal.start_workflow("Parcel", "x", task_queue=queue, id=one)
        for one in ids:
            self.until(one, "ACTIVITY_TASK_COMPLETED", 1, temporal)
        for one in sent:
            self.until(one, "ACTIVITY_TASK_COMPLETED", 1, temporal)
            temporal.call(temporal.client.get_workflow_handle(one).signal("go"))
            self.until(one, "ACTIVITY_TASK_COMPLETED", 2, temporal)
        stop()
        self.until_listed(*ids, *sent, temporal=temporal)

    def until(self, workflow_id: str, kind: str, count: int, temporal: Temporal) -> None:
        """That many of these events are there, and what they led to is done."""
        wanted = EventType.Value(f"EVENT_TYPE_{kind}")
        done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        handle = temporal.client.get_workflow_handle(workflow_id)
        for _ in range(3000):
            kinds = [event.event_type for event in temporal.call(handle.fetch_history()).events]
            if kinds.count(wanted) >= count and kinds[-1] == done:
                return
        raise AssertionError(f"'{workflow_id}' did not come to {count} {kind}")

    def until_listed(self, *ids: str, temporal: Temporal | None = None) -> None:
        temporal = temporal or self.temporal

        async def listed() -> set[str]:
            return {one.id async for one in temporal.client.list_workflows()}

        for _ in range(1000):
            if set(ids) <= temporal.call(listed()):
                return
        raise AssertionError(f"not listed: {ids}")

    def is_stuck(self, workflow_id: str) -> None:
        """Until its task has failed at least once."""
        handle = self.temporal.client.get_workflow_handle(workflow_id)
        for _ in range(3000):
            told = self.temporal.call(handle.describe()).raw_description
            if told.pending_workflow_task.attempt > 1:
                return
        raise AssertionError(f"'{workflow_id}' is not stuck")

    def events(self, workflow_id: str) -> int:
        handle = self.temporal.client.get_workflow_handle(workflow_id)
        return len(self.temporal.call(handle.fetch_history()).events)


def folders_left(pid_dir: Path) -> list[str]:
    return [path.name for path in pid_dir.glob("rehearsal*") if path.is_dir()]
