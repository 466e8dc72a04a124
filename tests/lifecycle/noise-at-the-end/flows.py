from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "noise-at-the-end"


@activity.defn
async def lines(name: str) -> int:
    return len(name)


@workflow.defn
class Report:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(lines, name, start_to_close_timeout=timedelta(seconds=10))
