from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "db-filename-trouble"


@activity.defn
async def entries(name: str) -> int:
    return len(name)


@workflow.defn
class Ledger:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(entries, name, start_to_close_timeout=timedelta(seconds=10))
