from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "thread-of-the-worker-died"


@activity.defn
async def depth(name: str) -> int:
    return len(name)


@workflow.defn
class Probe:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(depth, name, start_to_close_timeout=timedelta(seconds=10))
