from datetime import timedelta
from temporalio import activity, workflow

QUEUE = "asks-at-its-start"


@activity.defn
async def links(name: str) -> int:
    return len(name)


@workflow.defn
class Crawl:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(links, name, start_to_close_timeout=timedelta(seconds=10))
