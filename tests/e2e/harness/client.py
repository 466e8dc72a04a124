"""The Temporal SDK for tests that are plain functions: one event loop in a thread, calls that wait for their answer."""

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

Answer = TypeVar("Answer")

# For one call; a busy machine with a fresh server is slow, but not that slow.
CALL_SECONDS = 30.0


class Loop:
    """An event loop in a thread of its own, for as long as the tests run."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def call(
        self, work: Coroutine[Any, Any, Answer], timeout: float | None = CALL_SECONDS
    ) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_SECONDS)
        self._loop.close()


class Temporal:
    """One namespace of one server. Workers started here run in this process, and end with the test."""

    def __init__(self, loop: Loop, address: str, namespace: str = "default") -> None:
        self.loop = loop
        self.address = address
        self.namespace = namespace
        self.client = loop.call(Client.connect(address, namespace=namespace))
        self._stops: list[Callable[[], None]] = []

    def call(
        self, work: Coroutine[Any, Any, Answer], timeout: float | None = CALL_SECONDS
    ) -> Answer:
        """Run any coroutine of the SDK: temporal.call(handle.result())."""
        return self.loop.call(work, timeout)

    def start_worker(
        self,
        task_queue: str,
        workflows: Sequence[type] = (),
        activities: Sequence[Callable[..., Any]] = (),
        **options: Any,
    ) -> Callable[[], None]:
        """Start a worker in this process; returns what stops it (the test's end does it too)."""
        done = asyncio.Event()
        running: asyncio.Future[None] | None = None

        async def start() -> asyncio.Task[None]:
            threads = ThreadPoolExecutor(8)
            worker = Worker(
                self.client,
                task_queue=task_queue,
                workflows=list(workflows),
                activities=list(activities),
                activity_executor=threads,
                workflow_runner=UnsandboxedWorkflowRunner(),
                graceful_shutdown_timeout=timedelta(0),
                **options,
            )

            async def serve() -> None:
                with threads:
                    async with worker:
                        await done.wait()

            return asyncio.create_task(serve())

        async def finish() -> None:
            done.set()
            if running is not None:
                await running

        def stop() -> None:
            if stop in self._stops:
                self._stops.remove(stop)
                self.call(finish())

        running = self.call(start())
        self._stops.append(stop)
        return stop

    def start_workflow(
        self,
        workflow: str | Callable[..., Any],
        *args: Any,
        task_queue: str,
        id: str | None = None,
        **options: Any,
    ) -> WorkflowHandle[Any, Any]:
        """Start a workflow by its type's name or run method; id is made up where none is given."""

        async def start() -> WorkflowHandle[Any, Any]:
            handle: WorkflowHandle[Any, Any] = await self.client.start_workflow(
                workflow,
                args=args,
                id=id or f"test-{uuid.uuid4()}",
                task_queue=task_queue,
                **options,
            )
            return handle

        return self.call(start())

    def result(self, handle: WorkflowHandle[Any, Any], timeout: float = CALL_SECONDS) -> Any:
        return self.call(handle.result(), timeout)

    def status(self, workflow_id: str) -> str:
        """RUNNING, COMPLETED, FAILED, ... of the latest run."""
        description = self.call(self.client.get_workflow_handle(workflow_id).describe())
        return description.status.name if description.status else "UNKNOWN"

    def close(self) -> None:
        for stop in list(self._stops):
            stop()


async def register_namespace(client: Client, name: str) -> None:
    """Register a namespace and return when the server knows it."""
    request = RegisterNamespaceRequest(namespace=name)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(request)
    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
