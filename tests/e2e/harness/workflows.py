"""Workflows of which each behaves in one way, for a worker in the test's own process."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from .client import Temporal

QUEUE = "work"


@activity.defn
def fail_always(text: str) -> str:
    raise ValueError(text)


@activity.defn
def greet(name: str) -> str:
    return f"Hello, {name}!"


@workflow.defn
class Give:
    """Ends at once with its argument as result."""

    @workflow.run
    async def run(self, value: Any) -> Any:
        return value


@workflow.defn
class Fail:
    @workflow.run
    async def run(self, text: str) -> None:
        raise ApplicationError(text, type="CardDeclined")


@workflow.defn
class Open:
    """Stays open until it is told what to return."""

    def __init__(self) -> None:
        self.value: Any = None
        self.done = False

    @workflow.run
    async def run(self) -> Any:
        await workflow.wait_condition(lambda: self.done)
        return self.value

    @workflow.signal
    def set_value(self, value: Any) -> None:
        self.value = value

    @workflow.signal
    def finish(self) -> None:
        self.done = True

    @workflow.query
    def get_value(self) -> Any:
        return self.value

    @workflow.query
    def broken(self) -> Any:
        raise RuntimeError("this query never works")

    @workflow.update
    async def replace(self, value: int) -> Any:
        if value < 0:
            raise ApplicationError("negative values are not taken", type="Negative")
        before, self.value = self.value, value
        return before


@workflow.defn
class Again:
    """Continues as new until the count is down."""

    @workflow.run
    async def run(self, left: int) -> str:
        if left:
            workflow.continue_as_new(left - 1)
        return "last"


@workflow.defn
class RetryFor:
    @workflow.run
    async def run(self, attempts: int, seconds: float = 0.05) -> str:
        return await workflow.execute_activity(
            fail_always,
            "the gateway refused",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=seconds),
                backoff_coefficient=1,
                maximum_attempts=attempts,
            ),
        )


@workflow.defn
class Bug:
    @workflow.run
    async def run(self) -> str:
        orders: dict[str, str] = {}
        return orders["customer"]


@workflow.defn
class Sleep:
    @workflow.run
    async def run(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "slept"


@workflow.defn
class Unserved:
    """Runs an activity on a queue that nobody polls."""

    @workflow.run
    async def run(self) -> Any:
        return await workflow.execute_activity(
            greet, "x", task_queue="unserved", start_to_close_timeout=timedelta(seconds=10)
        )


WORKFLOWS = [Give, Fail, Open, Again, RetryFor, Bug, Sleep, Unserved]
ACTIVITIES = [fail_always, greet]


def start(temporal: Temporal, kind: str, *args: Any, **options: Any) -> str:
    handle = temporal.start_workflow(kind, *args, task_queue=QUEUE, **options)
    workflow_id: str = handle.id
    return workflow_id
