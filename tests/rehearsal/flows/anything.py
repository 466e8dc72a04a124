"""A dynamic workflow with dynamic handlers and a dynamic activity."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RawValue


@activity.defn(dynamic=True)
async def whatever(args: Sequence[RawValue]) -> str:
    return activity.info().activity_type


@workflow.defn(dynamic=True)
class Anything:
    def __init__(self) -> None:
        self.heard: list[str] = []

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:
        step = f"first of {workflow.info().workflow_type}"
        await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: "go" in self.heard)
        # going
        await workflow.execute_activity("second", start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: "end" in self.heard)
        return step

    @workflow.signal(dynamic=True)
    async def hear(self, name: str, args: Sequence[RawValue]) -> None:
        self.heard.append(name)
