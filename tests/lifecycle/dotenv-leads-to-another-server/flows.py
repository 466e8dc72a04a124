from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "dotenv-leads-to-another-server"


@activity.defn
async def route(name: str) -> int:
    return len(name)


@workflow.defn
class Courier:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(route, name, start_to_close_timeout=timedelta(seconds=10))
