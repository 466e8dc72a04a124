from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "shutdown-that-never-ends"


@activity.defn
async def rows(name: str) -> int:
    return len(name)


@workflow.defn
class Batch:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(rows, name, start_to_close_timeout=timedelta(seconds=10))
