"""The steps that bring a workflow where its scenario wants it: wait for a state, act on it.

Nothing here waits for a fixed time: each wait ends with the state that it waits for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType, PendingActivityState, TaskQueueKind
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    PauseActivityRequest,
    ResetWorkflowExecutionRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from stage import PATIENCE, Cast, StepTimeout, wait_until

Step = Callable[[Cast], Awaitable[None]]
Test = Callable[[DescribeWorkflowExecutionResponse], bool]


def _until(text: str, test: Test) -> Step:
    async def step(cast: Cast) -> None:
        async def holds() -> bool:
            try:
                return test(await cast.describe())
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:  # a child that is not started yet
                    return False
                raise

        await wait_until(cast.handle.id, text, holds)

    return step


def until_task_attempt(attempt: int) -> Step:
    """Its workflow task has failed or timed out attempt - 1 times."""
    return _until(
        f"workflow task attempt {attempt}",
        lambda seen: seen.pending_workflow_task.attempt >= attempt,
    )


def until_task_pending() -> Step:
    return _until("a workflow task pending", lambda seen: seen.HasField("pending_workflow_task"))


def until_task_held() -> Step:
    """A worker has its workflow task in its hands."""
    started = 2  # PENDING_WORKFLOW_TASK_STATE_STARTED
    return _until(
        "a workflow task being worked on", lambda seen: seen.pending_workflow_task.state == started
    )


def until_idle() -> Step:
    """Its code has run at least once and nothing is left for a worker to do."""
    return _until(
        "idle",
        lambda seen: (
            not seen.HasField("pending_workflow_task")
            and seen.workflow_execution_info.history_length >= 4
        ),
    )


def until_backoff() -> Step:
    """Its first workflow task is not due yet."""
    return _until(
        "waiting for its first task",
        lambda seen: (
            not seen.HasField("pending_workflow_task")
            and seen.workflow_execution_info.history_length == 1
        ),
    )


def until_activity(attempt: int = 1, state: int | None = None, pending: int = 1) -> Step:
    """So many activities are pending, one of them at this attempt or later (in this state)."""

    def test(seen: DescribeWorkflowExecutionResponse) -> bool:
        return len(seen.pending_activities) >= pending and any(
            activity.attempt >= attempt and state in (None, activity.state)
            for activity in seen.pending_activities
        )

    return _until(f"an activity at attempt {attempt}", test)


SCHEDULED = PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
PAUSED = PendingActivityState.PENDING_ACTIVITY_STATE_PAUSED


def until_heartbeat() -> Step:
    return _until(
        "an activity heartbeat",
        lambda seen: any(item.HasField("heartbeat_details") for item in seen.pending_activities),
    )


def until_history(length: int) -> Step:
    return _until(
        f"{length} events", lambda seen: seen.workflow_execution_info.history_length >= length
    )


def until_child() -> Step:
    """It has a child that has begun: one that is still to be started has no run yet."""
    return _until(
        "a child that runs", lambda seen: any(child.run_id for child in seen.pending_children)
    )


def until_closed(status: WorkflowExecutionStatus) -> Step:
    return _until(
        f"status {status.name}", lambda seen: seen.workflow_execution_info.status == status.value
    )


def until_event(name: str) -> Step:
    """One of its newest events is of this type: "WORKFLOW_TASK_TIMED_OUT"."""
    wanted = EventType.Value(f"EVENT_TYPE_{name}")

    async def step(cast: Cast) -> None:
        async def holds() -> bool:
            return any(event.event_type == wanted for event in await cast.newest_events())

        await wait_until(cast.handle.id, f"event {name}", holds)

    return step


def until_activities_polled(queue: str) -> Step:
    async def step(cast: Cast) -> None:
        await cast.stage.until_polled(queue, activities=True)

    return step


def until_on_common_queue() -> Step:
    """Its workflow task waits on the queue of all workers, no longer on one worker's own."""
    common = TaskQueueKind.TASK_QUEUE_KIND_NORMAL

    async def step(cast: Cast) -> None:
        async def holds() -> bool:
            newest = (await cast.newest_events())[0]
            scheduled = newest.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
            attributes = newest.workflow_task_scheduled_event_attributes
            return bool(scheduled and attributes.task_queue.kind == common)

        await wait_until(cast.handle.id, "a task on the common queue", holds)

    return step


# ---- acting on it ----


def signal(name: str, *args: Any) -> Step:
    async def step(cast: Cast) -> None:
        await cast.counterpart().signal(name, args=args)

    return step


def send_update(name: str, *args: Any) -> Step:
    """Sends an update and does not wait for its outcome, which may never come."""

    async def step(cast: Cast) -> None:
        update = cast.counterpart().execute_update(name, args=args)
        task = asyncio.create_task(update)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        cast.stage.background.append(task)

    return step


def failing_query(name: str) -> Step:
    async def step(cast: Cast) -> None:
        try:
            await cast.counterpart().query(name, rpc_timeout=timedelta(seconds=120))
        except Exception as error:  # whatever the SDK makes of it
            print(f"query {name}: {error!r}", file=sys.stderr)
        else:
            raise AssertionError(f"the query {name} works")

    return step


def rejected_update(name: str, *args: Any) -> Step:
    async def step(cast: Cast) -> None:
        try:
            await cast.counterpart().execute_update(name, args=args)
        except Exception as error:  # whatever the SDK makes of it
            print(f"update {name}: {error!r}", file=sys.stderr)
        else:
            raise AssertionError(f"the update {name} was accepted")

    return step


def cancel() -> Step:
    async def step(cast: Cast) -> None:
        await cast.counterpart().cancel()

    return step


def terminate(reason: str, suffix: str = "") -> Step:
    """Terminates it, or the child whose id has this suffix."""

    async def step(cast: Cast) -> None:
        await cast.stage.client.get_workflow_handle(cast.handle.id + suffix).terminate(
            reason=reason
        )

    return step


def reset(to_event: int) -> Step:
    """Back to the completed workflow task with this event id; then the new run is the one."""

    async def step(cast: Cast) -> None:
        client = cast.stage.client
        request = ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=cast.execution,
            reason="tried once more",
            workflow_task_finish_event_id=to_event,
            request_id=cast.handle.id,
        )
        answer = await client.workflow_service.reset_workflow_execution(request)
        cast.run_id = answer.run_id

    return step


def current_version(deployment: str, build: str) -> Step:
    """New workflows go to that version of the worker deployment, once a worker has made it known."""

    async def step(cast: Cast) -> None:
        client = cast.stage.client
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=deployment,
            build_id=build,
            identity="the one who deploys",
        )

        async def holds() -> bool:
            try:
                await client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError as error:
                if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                    return False
                raise
            return True

        await wait_until(cast.handle.id, f"version {build} current", holds)

    return step


def pause_activity(activity_type: str) -> Step:
    async def step(cast: Cast) -> None:
        client = cast.stage.client
        request = PauseActivityRequest(
            namespace=client.namespace,
            execution=cast.execution,
            type=activity_type,
            identity="the one who pauses",
            reason="maintenance",
        )
        await client.workflow_service.pause_activity(request)

    return step


@dataclass(frozen=True)
class Handover:
    """Waits until all scenarios on this queue have come here; then its worker is replaced."""

    queue: str

    async def __call__(self, cast: Cast) -> None:
        stage = cast.stage
        done = stage.handover_done(self.queue)
        stage.expected_at_handover[self.queue] -= 1
        if stage.expected_at_handover[self.queue] == 0:
            await stage.replace_worker(self.queue)
            done.set()
        try:
            await asyncio.wait_for(done.wait(), PATIENCE)
        except TimeoutError:
            raise StepTimeout(f"'{cast.handle.id}' waited for others on {self.queue}") from None
