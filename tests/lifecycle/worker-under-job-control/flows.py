from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "worker-under-job-control"


@activity.defn
async def level(name: str) -> int:
    return len(name)


@workflow.defn
class Sensor:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(level, name, start_to_close_timeout=timedelta(seconds=10))
