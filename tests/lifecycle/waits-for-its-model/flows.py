from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "waits-for-its-model"


@activity.defn
async def hits(name: str) -> int:
    return len(name)


@workflow.defn
class Search:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(hits, name, start_to_close_timeout=timedelta(seconds=10))
