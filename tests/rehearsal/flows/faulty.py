"""Gets stuck by its own code."""

from datetime import timedelta

from temporalio import activity, workflow

PRICES = {"pear": 3}


@activity.defn
async def fetch(name: str) -> str:
    return name


@workflow.defn
class Faulty:
    def __init__(self) -> None:
        self.stage = 0

    @workflow.run
    async def run(self, name: str) -> int:
        # begin
        await workflow.execute_activity(fetch, name, start_to_close_timeout=timedelta(seconds=9))
        # fetched
        price = PRICES[name]
        await workflow.wait_condition(lambda: self.stage > 0)
        return price

    @workflow.signal
    def go(self) -> None:
        self.stage += 1
