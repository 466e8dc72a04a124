from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "old-worker-of-a-removed-checkout"


@activity.defn
async def rate(name: str) -> int:
    return len(name)


@workflow.defn
class Ticket:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(rate, name, start_to_close_timeout=timedelta(seconds=10))
