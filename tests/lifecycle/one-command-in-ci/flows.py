from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "one-command-in-ci"


@activity.defn
async def width(name: str) -> int:
    return len(name)


@workflow.defn
class Tile:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(width, name, start_to_close_timeout=timedelta(seconds=10))
