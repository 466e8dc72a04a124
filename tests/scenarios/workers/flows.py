"""Workflows that do what they were told: wait, call, return, fail, go on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NoReturn

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from workers.shared import MEGABYTE, Call, Child, seconds


async def call(step: Call) -> Any:
    retry = RetryPolicy(
        initial_interval=timedelta(seconds=step.interval),
        backoff_coefficient=4,  # two quick retries, then seldom: the machine has other work
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=step.attempts,
    )
    if step.local:
        return await workflow.execute_local_activity(
            step.activity,
            args=step.args,
            start_to_close_timeout=seconds(step.start_to_close),
            retry_policy=retry,
        )
    return await workflow.execute_activity(
        step.activity,
        args=step.args,
        task_queue=step.queue,
        start_to_close_timeout=seconds(step.start_to_close),
        schedule_to_start_timeout=seconds(step.schedule_to_start),
        schedule_to_close_timeout=seconds(step.schedule_to_close),
        heartbeat_timeout=seconds(step.heartbeat),
        retry_policy=retry,
    )


@workflow.defn
class CallActivities:
    """Runs activities side by side."""

    @workflow.run
    async def run(self, steps: list[Call]) -> Any:
        results = await asyncio.gather(*(call(step) for step in steps))
        return results[0] if len(results) == 1 else results


@workflow.defn
class CallThenWait:
    def __init__(self) -> None:
        self.released = False

    @workflow.run
    async def run(self, step: Call) -> Any:
        result = await call(step)
        await workflow.wait_condition(lambda: self.released)
        return result

    @workflow.signal
    def release(self) -> None:
        self.released = True


@workflow.defn
class CallWithDeadline:
    @workflow.run
    async def run(self, step: Call) -> Any:
        return await asyncio.wait_for(call(step), 86_400)


@workflow.defn
class RewrapsActivityError:
    @workflow.run
    async def run(self, step: Call) -> Any:
        try:
            return await call(step)
        except ActivityError as error:
            raise ApplicationError("checkout failed", type="CheckoutFailed") from error


async def call_child(child: Child) -> Any:
    return await workflow.execute_child_workflow(
        child.workflow,
        args=child.args,
        id=workflow.info().workflow_id + child.suffix,
        task_queue=child.queue,
        run_timeout=seconds(child.run_timeout),
        task_timeout=seconds(child.task_timeout),
    )


@workflow.defn
class CallChild:
    """Runs one child, whose id is ours and a suffix."""

    @workflow.run
    async def run(self, child: Child) -> Any:
        return await call_child(child)


@workflow.defn
class CallChildren:
    """Runs children side by side."""

    @workflow.run
    async def run(self, children: list[Child]) -> Any:
        return await asyncio.gather(*(call_child(child) for child in children))


@workflow.defn
class Approval:
    """Waits: for a signal or an update, with a deadline if one is given."""

    def __init__(self) -> None:
        self.approved = False

    @workflow.run
    async def run(self, timeout: float | None = None) -> str:
        await workflow.wait_condition(lambda: self.approved, timeout=seconds(timeout))
        return "approved"

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.signal
    def remark(self, text: str) -> None:
        pass

    @workflow.update
    async def approve_by_update(self, name: str) -> str:
        self.approved = True
        return name

    @approve_by_update.validator
    def check_name(self, name: str) -> None:
        if not name:
            raise ValueError("who approves?")

    @workflow.query
    def state(self) -> str:
        return "approved" if self.approved else "open"

    @workflow.query
    def failing(self) -> NoReturn:
        raise RuntimeError("this query never works")


@workflow.defn
class Naps:
    @workflow.run
    async def run(self, length: float) -> str:
        await workflow.sleep(length)
        return "awake"


@workflow.defn
class IgnoresCancel:
    @workflow.run
    async def run(self) -> None:
        while True:
            try:
                await workflow.wait_condition(lambda: False)
            except asyncio.CancelledError:
                workflow.logger.info("not now")


@workflow.defn
class Returns:
    @workflow.run
    async def run(self, value: Any) -> Any:
        return value


@workflow.defn
class ReturnsMegabyte:
    @workflow.run
    async def run(self) -> str:
        return "m" * MEGABYTE


@workflow.defn(failure_exception_types=[Exception])
class Fails:
    """Any exception fails this workflow instead of its task."""

    @workflow.run
    async def run(self, how: str) -> Any:
        if how == "typed":
            raise ApplicationError("credit limit exceeded", type="CreditLimit", non_retryable=True)
        if how == "typed_retryable":
            raise ApplicationError("try again later", type="Overloaded")
        if how == "untyped":
            raise ApplicationError("something went wrong")
        if how == "python":
            return check_total(-5)
        if how == "silent":
            raise ValueError
        if how == "caused":
            try:
                check_total(-7)
            except ValueError as error:
                raise ApplicationError("order rejected", type="Rejected") from error
        if how == "deep":
            raise_through(30)
        raise AssertionError(how)


def check_total(total: int) -> int:
    if total < 0:
        raise ValueError(f"total is negative: {total}")
    return total


def raise_through(levels: int) -> None:
    if levels == 0:
        raise LookupError("the very first")
    try:
        raise_through(levels - 1)
    except Exception as error:
        raise RuntimeError(f"level {levels}") from error


@workflow.defn
class CallsAside:
    """Calls an activity in a task that it does not await; waits for its result, or does not."""

    def __init__(self) -> None:
        self.results: list[Any] = []

    @workflow.run
    async def run(self, step: Call, wait: bool) -> str:
        asyncio.create_task(self.fill(step))  # noqa: RUF006
        await workflow.sleep(0.1)
        if wait:
            await workflow.wait_condition(lambda: len(self.results) > 0)
        return "called"

    async def fill(self, step: Call) -> None:
        self.results.append(await call(step))


@workflow.defn
class GoesOn:
    """Continues as new once, then waits."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self, round_number: int) -> None:
        if round_number == 0:
            workflow.continue_as_new(1)
        await workflow.wait_condition(lambda: self.done)

    @workflow.signal
    def finish(self) -> None:
        self.done = True


@workflow.defn
class GoesWrong:
    """Continues as new once, then meets its bug."""

    @workflow.run
    async def run(self, round_number: int) -> str:
        if round_number == 0:
            workflow.continue_as_new(1)
        return ["the first round"][round_number]


@workflow.defn
class HugeHistory:
    """Fills its history, then ends as told."""

    @workflow.run
    async def run(self, events: int, ending: str) -> str:
        for number in range(events):
            workflow.upsert_memo({"number": number})
            if number % 500 == 499:  # more commands in one task would exceed its time
                await workflow.sleep(0.001)
        if ending == "bug":
            pages: dict[str, str] = {}
            return pages["last page"]
        if ending == "timer":
            await workflow.sleep(86_400)
        return "filled"


@workflow.defn
class UnhandledCommand:
    """A signal arrives while the task that completes it runs: the server refuses that task once."""

    def __init__(self) -> None:
        self.pokes = 0

    @workflow.run
    async def run(self, wait: bool) -> str:
        poke = Call("signal_own_workflow", [self.pokes == 0], local=True)
        await call(poke)
        if wait and self.pokes:
            await workflow.wait_condition(lambda: False)
        return "completed"

    @workflow.signal
    def poke(self) -> None:
        self.pokes += 1


ALL = [
    CallActivities,
    CallThenWait,
    CallWithDeadline,
    RewrapsActivityError,
    CallChild,
    CallChildren,
    Approval,
    Naps,
    IgnoresCancel,
    Returns,
    ReturnsMegabyte,
    Fails,
    CallsAside,
    GoesOn,
    GoesWrong,
    HugeHistory,
    UnhandledCommand,
]
