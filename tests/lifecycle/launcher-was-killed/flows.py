from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "launcher-was-killed"


@activity.defn
async def steps(name: str) -> int:
    return len(name)


@workflow.defn
class Deploy:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(steps, name, start_to_close_timeout=timedelta(seconds=10))
