"""A workflow that makes events of many kinds, and one that makes many."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError
from temporalio.workflow import ParentClosePolicy

QUEUE = "eventful"
COLOR = SearchAttributeKey.for_keyword("ExportColor")
SOON = timedelta(seconds=20)
ONCE = RetryPolicy(maximum_attempts=1)


@activity.defn
def measure(text: str) -> dict[str, Any]:
    return {"length": len(text), "text": text, "none": None}


@activity.defn
def refuse(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ApplicationError("refused", {"why": text}, type="Refused") from error


@workflow.defn
class Child:
    @workflow.run
    async def run(self, how: str) -> str:
        if how == "fail":
            raise ApplicationError("the child failed", type="Bad", non_retryable=True)
        if how == "wait":
            await workflow.wait_condition(lambda: False)
        return how


@workflow.defn
class Eventful:
    def __init__(self) -> None:
        self.notes: list[Any] = []
        self.updates = 0

    @workflow.run
    async def run(self, peer: str) -> list[Any]:
        workflow.upsert_search_attributes([COLOR.value_set("green")])
        workflow.upsert_memo({"later": [1, 2]})
        if workflow.patched("new-way"):
            await self.activities()
        await self.children()
        await self.others(peer)
        await workflow.wait_condition(lambda: bool(self.notes and self.updates))
        return self.notes

    async def activities(self) -> None:
        await workflow.execute_activity(
            measure, "größe ✓ \0 \"'\\", start_to_close_timeout=SOON, summary="measured"
        )
        await workflow.execute_local_activity(measure, "local", start_to_close_timeout=SOON)
        with contextlib.suppress(ActivityError):
            await workflow.execute_activity(
                refuse, "no", start_to_close_timeout=SOON, retry_policy=ONCE
            )
        canceled = workflow.start_activity(
            measure, "x", task_queue="nobody", start_to_close_timeout=SOON
        )
        await asyncio.sleep(0.001)
        canceled.cancel()
        timer = asyncio.create_task(workflow.sleep(1000))
        await asyncio.sleep(0.0015)
        timer.cancel()

    async def children(self) -> None:
        await workflow.execute_child_workflow(
            Child.run, "fine", id=f"{workflow.info().workflow_id}/child", memo={"a": {"b": 1.5}}
        )
        with contextlib.suppress(ChildWorkflowError):
            await workflow.execute_child_workflow(Child.run, "fail")
        waits = await workflow.start_child_workflow(
            Child.run, "wait", parent_close_policy=ParentClosePolicy.REQUEST_CANCEL
        )
        waits.cancel()
        with contextlib.suppress(ChildWorkflowError):
            await waits

    async def others(self, peer: str) -> None:
        await workflow.get_external_workflow_handle(peer).signal("note", {"from": "a friend"})
        for act in ("signal", "cancel"):
            handle = workflow.get_external_workflow_handle("no-such-workflow")
            try:
                await (handle.signal("note", 1) if act == "signal" else handle.cancel())
            except Exception as error:
                self.notes.append(str(error))

    @workflow.signal
    def note(self, value: Any) -> None:
        self.notes.append(value)

    @workflow.update
    async def adopt(self, value: int) -> int:
        await asyncio.sleep(0.001)
        if value < 0:
            raise ApplicationError("negative")
        self.updates += 1
        return value

    @adopt.validator
    def is_small(self, value: int) -> None:
        if value > 100:
            raise ValueError("too large")


@workflow.defn
class Timers:
    """Several events for each timer."""

    @workflow.run
    async def run(self, count: int) -> int:
        await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(count)))
        return count


WORKFLOWS: Sequence[type] = [Eventful, Child, Timers]
ACTIVITIES = [measure, refuse]
