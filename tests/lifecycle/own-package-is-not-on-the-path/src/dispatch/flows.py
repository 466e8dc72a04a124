from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "own-package-is-not-on-the-path"


@activity.defn
async def legs(name: str) -> int:
    return len(name)


@workflow.defn
class Trip:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(legs, name, start_to_close_timeout=timedelta(seconds=10))
