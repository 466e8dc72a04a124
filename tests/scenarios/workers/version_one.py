"""The first version of a project: its workflows run, then the second version takes over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

from workers.serve import serve
from workers.shared import QUEUE_VERSIONS

MINUTE = timedelta(minutes=1)


@activity.defn
async def greet(name: str) -> str:
    return f"Hello, {name}"


@activity.defn
async def fetch_rate() -> NoReturn:
    raise PermissionError("the key of version one has expired")


@workflow.defn(name="Changed")
class Changed:
    """Version two starts a timer where this calls an activity."""

    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(greet, "one", start_to_close_timeout=MINUTE)
        await workflow.wait_condition(lambda: self.told)

    @workflow.signal
    def go(self) -> None:
        self.told = True


@workflow.defn(name="Shortened")
class Shortened:
    """Version two leaves the activity out."""

    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(greet, "one", start_to_close_timeout=MINUTE)
        await workflow.wait_condition(lambda: self.told)

    @workflow.signal
    def go(self) -> None:
        self.told = True


@workflow.defn(name="Patched")
class Patched:
    """Version two changes it too, but with a patch."""

    def __init__(self) -> None:
        self.rounds = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(greet, "one", start_to_close_timeout=MINUTE)
        await workflow.wait_condition(lambda: self.rounds > 1)

    @workflow.signal
    def go(self) -> None:
        self.rounds += 1


@workflow.defn(name="Rates")
class Rates:
    """Its activity fails with this version and is tried again in an hour, with the next one."""

    @workflow.run
    async def run(self) -> str:
        retry = RetryPolicy(initial_interval=timedelta(hours=1))
        return await workflow.execute_activity(
            fetch_rate, start_to_close_timeout=MINUTE, retry_policy=retry
        )


def make(client: Client) -> Sequence[Worker]:
    return [
        Worker(
            client,
            task_queue=QUEUE_VERSIONS,
            workflows=[Changed, Shortened, Patched, Rates],
            activities=[greet, fetch_rate],
        )
    ]


if __name__ == "__main__":
    serve(make)
