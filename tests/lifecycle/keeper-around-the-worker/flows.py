from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "keeper-around-the-worker"


@activity.defn
async def stamp(name: str) -> int:
    return len(name)


@workflow.defn
class Letter:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(stamp, name, start_to_close_timeout=timedelta(seconds=10))
