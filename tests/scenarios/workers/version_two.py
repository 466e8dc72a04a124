"""The second version of a project: it meets workflows that the first version began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from workers.serve import serve
from workers.shared import QUEUE_VERSIONS

MINUTE = timedelta(minutes=1)


@activity.defn
async def greet(name: str) -> str:
    return f"Hello, {name}"


@activity.defn
async def fetch_rate() -> str:
    return "1.08"


@workflow.defn(name="Changed")
class Changed:
    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(1)
        await workflow.execute_activity(greet, "two", start_to_close_timeout=MINUTE)
        await workflow.wait_condition(lambda: self.told)

    @workflow.signal
    def go(self) -> None:
        self.told = True


@workflow.defn(name="Shortened")
class Shortened:
    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.told)

    @workflow.signal
    def go(self) -> None:
        self.told = True


@workflow.defn(name="Patched")
class Patched:
    def __init__(self) -> None:
        self.rounds = 0

    @workflow.run
    async def run(self) -> None:
        if workflow.patched("sleep first"):
            await workflow.sleep(1)
        await workflow.execute_activity(greet, "two", start_to_close_timeout=MINUTE)
        await workflow.wait_condition(lambda: self.rounds > 1)

    @workflow.signal
    def go(self) -> None:
        self.rounds += 1


@workflow.defn(name="Rates")
class Rates:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(fetch_rate, start_to_close_timeout=MINUTE)


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
