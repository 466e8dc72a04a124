"""Timers: slept, waited for with a time-out, and both at once."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def remind(whom: str) -> None:
    pass


@workflow.defn
class Reminder:
    def __init__(self) -> None:
        self.answered = self.seen = False

    @workflow.run
    async def run(self, whom: str) -> str:
        # begin
        await workflow.sleep(0.01)
        try:
            await workflow.wait_condition(lambda: self.answered, timeout=timedelta(hours=1))
        except TimeoutError:
            return "no answer"
        # answered
        await workflow.execute_activity(remind, whom, start_to_close_timeout=timedelta(seconds=10))
        await asyncio.wait(
            [
                asyncio.create_task(workflow.sleep(timedelta(hours=2))),
                asyncio.create_task(workflow.wait_condition(lambda: self.seen)),
            ],
            return_when=asyncio.FIRST_COMPLETED,
        )
        # seen
        await workflow.sleep(timedelta(hours=3))
        return "done"

    @workflow.signal
    def answer(self) -> None:
        self.answered = True

    @workflow.signal
    def see(self) -> None:
        self.seen = True
