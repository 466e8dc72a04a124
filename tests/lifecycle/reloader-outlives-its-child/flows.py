from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "reloader-outlives-its-child"


@activity.defn
async def sugar(name: str) -> int:
    return len(name)


@workflow.defn
class Jam:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(sugar, name, start_to_close_timeout=timedelta(seconds=10))
