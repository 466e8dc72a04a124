"""Cancellation, and what is done then."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

SHORT = timedelta(seconds=60)


@activity.defn
async def work(what: str) -> None:
    raise ApplicationError("later", next_retry_delay=timedelta(hours=1))


@activity.defn
async def clean(what: str) -> None:
    if what == "held":
        raise ApplicationError("later", next_retry_delay=timedelta(hours=1))


@workflow.defn
class Scope:
    def __init__(self) -> None:
        self.stopped = self.over = False

    @workflow.run
    async def run(self, what: str) -> str:
        # begin
        job = workflow.start_activity(work, what, start_to_close_timeout=SHORT)
        try:
            await workflow.wait_condition(lambda: self.stopped)
            job.cancel()
        except asyncio.CancelledError:
            # cancelled
            await asyncio.shield(
                asyncio.create_task(
                    workflow.execute_activity(clean, what, start_to_close_timeout=SHORT)
                )
            )
            raise
        # stopped
        await workflow.execute_activity(clean, what, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.over)
        return what

    @workflow.signal
    def stop(self) -> None:
        self.stopped = True
