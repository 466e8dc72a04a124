from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "identity-without-a-number"


@activity.defn
async def items(name: str) -> int:
    return len(name)


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(items, name, start_to_close_timeout=timedelta(seconds=10))
