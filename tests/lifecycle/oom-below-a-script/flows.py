from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "oom-below-a-script"


@activity.defn
async def vector(name: str) -> int:
    return len(name)


@workflow.defn
class Embed:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(vector, name, start_to_close_timeout=timedelta(seconds=10))
