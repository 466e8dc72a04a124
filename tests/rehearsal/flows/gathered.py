"""Several at once."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

SHORT = timedelta(seconds=10)


@activity.defn
async def paint(what: str) -> str:
    return what


@activity.defn
async def glue(what: str) -> str:
    return what


@activity.defn
async def cut(what: str) -> str:
    return what


@workflow.defn
class Gathered:
    def __init__(self) -> None:
        self.going = False

    @workflow.run
    async def run(self, what: str) -> list[str]:
        # begin
        done = await asyncio.gather(
            workflow.execute_activity(paint, what, start_to_close_timeout=SHORT),
            workflow.execute_activity(glue, what, start_to_close_timeout=SHORT),
        )
        await workflow.wait_condition(lambda: self.going)
        # going
        running = [
            asyncio.create_task(self.one(cut, "a")),
            asyncio.create_task(self.one(paint, "b")),
            asyncio.create_task(workflow.sleep(timedelta(hours=1))),
        ]
        for next_one in workflow.as_completed(running):
            done.append(str(await next_one))
        return done

    async def one(self, kind, what: str) -> str:
        return await workflow.execute_activity(kind, what, start_to_close_timeout=SHORT)

    @workflow.signal
    def go(self) -> None:
        self.going = True
