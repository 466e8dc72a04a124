from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "procfile-takes-the-worker-down"


@activity.defn
async def total(name: str) -> int:
    return len(name)


@workflow.defn
class Basket:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(total, name, start_to_close_timeout=timedelta(seconds=10))
