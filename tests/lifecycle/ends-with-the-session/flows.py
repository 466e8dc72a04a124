from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "ends-with-the-session"


@activity.defn
async def tokens(name: str) -> int:
    return len(name)


@workflow.defn
class Chat:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(tokens, name, start_to_close_timeout=timedelta(seconds=10))
