from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "manage-py-worker-by-hand"


@activity.defn
async def pages(name: str) -> int:
    return len(name)


@workflow.defn
class Scan:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(pages, name, start_to_close_timeout=timedelta(seconds=10))
