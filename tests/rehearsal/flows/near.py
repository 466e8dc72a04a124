"""Local activities."""

from datetime import timedelta

from temporalio import activity, workflow

SHORT = timedelta(seconds=10)


@activity.defn
async def look_up(key: str) -> str:
    return key.upper()


@activity.defn
async def store(key: str) -> None:
    pass


@workflow.defn
class Near:
    def __init__(self) -> None:
        self.going = False

    @workflow.run
    async def run(self, key: str) -> str:
        # begin
        found = await workflow.execute_local_activity(look_up, key, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.going)
        # going
        await workflow.execute_local_activity(store, found, start_to_close_timeout=SHORT)
        await workflow.sleep(timedelta(hours=1))
        return found

    @workflow.signal
    def go(self) -> None:
        self.going = True
