from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "settings-are-not-valid"


@activity.defn
async def amount(name: str) -> int:
    return len(name)


@workflow.defn
class Refund:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(amount, name, start_to_close_timeout=timedelta(seconds=10))
