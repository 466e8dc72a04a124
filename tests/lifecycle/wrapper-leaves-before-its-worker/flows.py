from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "wrapper-leaves-before-its-worker"


@activity.defn
async def measure(name: str) -> int:
    return len(name)


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(measure, name, start_to_close_timeout=timedelta(seconds=10))
