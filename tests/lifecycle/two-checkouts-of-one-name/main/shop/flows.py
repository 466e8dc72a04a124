from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "two-checkouts-of-one-name"


@activity.defn
async def price(name: str) -> int:
    return len(name)


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(price, name, start_to_close_timeout=timedelta(seconds=10))
