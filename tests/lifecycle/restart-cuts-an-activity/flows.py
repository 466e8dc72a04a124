from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy


@workflow.defn
class Render:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            "render_film", start_to_close_timeout=timedelta(minutes=5), retry_policy=RetryPolicy(maximum_attempts=1)
        )
