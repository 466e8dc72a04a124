from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "web-page-port-conflict"


@activity.defn
async def size(name: str) -> int:
    return len(name)


@workflow.defn
class Page:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(size, name, start_to_close_timeout=timedelta(seconds=10))
