"""Continues as new."""

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def count(at: int) -> int:
    return at + 1


@workflow.defn
class Pages:
    def __init__(self) -> None:
        self.turns = 0

    @workflow.run
    async def run(self, at: int) -> int:
        # begin
        at = await workflow.execute_activity(
            count, at, start_to_close_timeout=timedelta(seconds=10)
        )
        if at < 2:
            workflow.continue_as_new(at)
        await workflow.wait_condition(lambda: self.turns > 0)
        # turned
        await workflow.sleep(timedelta(hours=1))
        return at

    @workflow.signal
    def turn(self) -> None:
        self.turns += 1
