from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "proxy-in-the-environment"


@activity.defn
async def words(name: str) -> int:
    return len(name)


@workflow.defn
class Memo:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(words, name, start_to_close_timeout=timedelta(seconds=10))
