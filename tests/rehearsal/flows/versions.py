"""Code that was changed before, behind patched()."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

SHORT = timedelta(seconds=10)


@activity.defn
async def old_way(name: str) -> None:
    pass


@activity.defn
async def new_way(name: str) -> None:
    pass


@workflow.defn
class Patched:
    def __init__(self) -> None:
        self.going = 0

    @workflow.run
    async def run(self, name: str) -> str:
        await workflow.wait_condition(lambda: self.going > 0)
        if workflow.patched("better"):
            await workflow.execute_activity(new_way, name, start_to_close_timeout=SHORT)
        else:
            await workflow.execute_activity(old_way, name, start_to_close_timeout=SHORT)
        # after
        await workflow.wait_condition(lambda: self.going > 1)
        await asyncio.sleep(3600)
        return name

    @workflow.signal
    def go(self) -> None:
        self.going += 1


@workflow.defn
class Deprecated:
    def __init__(self) -> None:
        self.going = 0

    @workflow.run
    async def run(self, name: str) -> str:
        await workflow.wait_condition(lambda: self.going > 0)
        workflow.deprecate_patch("best")
        await workflow.execute_activity(new_way, name, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.going > 1)
        return name

    @workflow.signal
    def go(self) -> None:
        self.going += 1
