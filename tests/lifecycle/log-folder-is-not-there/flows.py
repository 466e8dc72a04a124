from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "log-folder-is-not-there"


@activity.defn
async def findings(name: str) -> int:
    return len(name)


@workflow.defn
class Audit:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(findings, name, start_to_close_timeout=timedelta(seconds=10))
