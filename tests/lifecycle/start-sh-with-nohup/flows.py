from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "start-sh-with-nohup"


@activity.defn
async def litres(name: str) -> int:
    return len(name)


@workflow.defn
class Press:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(litres, name, start_to_close_timeout=timedelta(seconds=10))
