"""The stage of the scenarios: the worker processes, and the workflows as the server shows them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client, WorkflowHandle

from workers import shared

PATIENCE = 600.0  # seconds that one step may take; on a machine with nothing else to do all take 20
GLANCE = 0.1  # seconds between two looks at a workflow, at first
LONGEST_GLANCE = 0.5
TAIL = 20  # newest events that a step looks at


class StepTimeout(Exception):
    """A workflow did not get where its scenario wants it."""


async def wait_until(who: str, text: str, holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + PATIENCE
    pause = GLANCE
    while not await holds():
        if time.monotonic() > deadline:
            raise StepTimeout(f"'{who}' did not get to: {text}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, LONGEST_GLANCE)


# ---- worker processes ----


@dataclass(frozen=True)
class WorkerProgram:
    """A module of workers/ and, where it is replaced in the middle, what comes after it."""

    module: str
    arguments: tuple[str, ...] = ()
    successor: WorkerProgram | None = None
    killed: bool = False  # replaced (by nothing or by its successor) by SIGKILL instead of SIGTERM


PROGRAMS = {
    shared.QUEUE_SERVED: WorkerProgram("healthy"),
    shared.QUEUE_DEADLOCK: WorkerProgram("stuck"),
    shared.QUEUE_HANG: WorkerProgram("stuck", ("unnoticed",)),
    shared.QUEUE_CRASH: WorkerProgram("crash"),
    shared.QUEUE_CRASH_ONCE: WorkerProgram("crash", ("once",)),
    shared.QUEUE_VERSIONS: WorkerProgram("version_one", successor=WorkerProgram("version_two")),
    shared.QUEUE_ENCODED: WorkerProgram("encoded"),
    shared.QUEUE_ENCRYPTED: WorkerProgram("encoded"),
    shared.QUEUE_DYING: WorkerProgram("dying", killed=True),
    shared.QUEUE_WORKFLOWS_ONLY: WorkerProgram("halves"),
    shared.QUEUE_ACTIVITIES_ONLY: WorkerProgram("halves"),
    shared.QUEUE_PINNED: WorkerProgram("pinned", ("1",), WorkerProgram("pinned", ("2",)), True),
    shared.QUEUE_ONE_SLOT: WorkerProgram("halves"),
}


@dataclass
class Stage:
    client: Client
    directory: Path  # each worker gets a folder of its own in it, with its log
    processes: dict[WorkerProgram, asyncio.subprocess.Process] = field(default_factory=dict)
    on_queue: dict[str, WorkerProgram] = field(default_factory=lambda: dict(PROGRAMS))
    expected_at_handover: Counter[str] = field(default_factory=Counter)
    handovers: dict[str, asyncio.Event] = field(default_factory=dict)
    background: list[asyncio.Task[Any]] = field(default_factory=list)

    async def start_worker(self, program: WorkerProgram) -> None:
        name = "-".join((program.module, *program.arguments))
        directory = self.directory / name
        directory.mkdir(parents=True)
        path = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        with open(directory / "worker.log", "wb") as log:
            self.processes[program] = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                f"workers.{program.module}",
                self.client.service_client.config.target_host,
                self.client.namespace,
                *program.arguments,
                stdin=asyncio.subprocess.PIPE,  # its end of file tells the worker that we are gone
                stdout=log,
                stderr=log,
                cwd=directory,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
            )

    async def start_workers(self, queues: set[str]) -> None:
        programs = {self.on_queue[queue] for queue in queues if queue in self.on_queue}
        await asyncio.gather(*(self.start_worker(program) for program in programs))

    async def replace_worker(self, queue: str) -> None:
        program = self.on_queue[queue]
        process = self.processes[program]
        if program.killed:
            process.kill()
        else:
            process.terminate()
        await process.wait()
        if program.successor:
            self.on_queue[queue] = program.successor
            await self.start_worker(program.successor)

    async def until_polled(self, queue: str, activities: bool = False) -> None:
        """The worker that is on this queue now polls it for workflow (activity) tasks."""
        kinds = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY

        async def holds() -> bool:
            request = DescribeTaskQueueRequest(
                namespace=self.client.namespace,
                task_queue=TaskQueue(name=queue),
                task_queue_type=kinds[activities],
            )
            answer = await self.client.workflow_service.describe_task_queue(request)
            process = self.processes[self.on_queue[queue]]
            return any(poller.identity.startswith(f"{process.pid}@") for poller in answer.pollers)

        await wait_until(queue, "polled by its worker", holds)

    def handover_done(self, queue: str) -> asyncio.Event:
        return self.handovers.setdefault(queue, asyncio.Event())

    async def stop(self) -> None:
        for task in self.background:
            task.cancel()
        for process in self.processes.values():
            if process.returncode is None:
                process.kill()  # nobody needs their last words
            await process.wait()


# ---- looking at a workflow ----


@dataclass
class Cast:
    """One workflow of the corpus on the stage."""

    stage: Stage
    handle: WorkflowHandle[Any, Any]
    run_id: str | None  # None: whatever run is the latest

    @property
    def execution(self) -> WorkflowExecution:
        return WorkflowExecution(workflow_id=self.handle.id, run_id=self.run_id or "")

    async def describe(self) -> DescribeWorkflowExecutionResponse:
        client = self.stage.client
        request = DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=self.execution
        )
        return await client.workflow_service.describe_workflow_execution(request)

    async def newest_events(self, count: int = TAIL) -> list[Any]:
        client = self.stage.client
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=client.namespace, execution=self.execution, maximum_page_size=count
        )
        answer = await client.workflow_service.get_workflow_execution_history_reverse(request)
        return list(answer.history.events)

    def counterpart(self) -> WorkflowHandle[Any, Any]:
        return self.stage.client.get_workflow_handle(self.handle.id)
