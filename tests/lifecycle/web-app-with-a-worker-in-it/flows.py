from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "web-app-with-a-worker-in-it"


@activity.defn
async def seats(name: str) -> int:
    return len(name)


@workflow.defn
class Booking:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(seats, name, start_to_close_timeout=timedelta(seconds=10))
