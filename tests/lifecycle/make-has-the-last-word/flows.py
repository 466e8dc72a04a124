from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "make-has-the-last-word"


@activity.defn
async def count(name: str) -> int:
    return len(name)


@workflow.defn
class Receipt:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(count, name, start_to_close_timeout=timedelta(seconds=10))
