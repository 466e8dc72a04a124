"""EXPECT: failed with ApplicationError 'page 3: Continue as new': nothing went wrong there,
continue_as_new works by raising ContinueAsNewError, and the 'except BaseException' around it made
a failure of that. Let it pass ('except Exception'; it is a BaseException), or call
continue_as_new outside of the try; then start anew (or reset).

Continue-as-new is caught by the code's own except clause.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "crawls"


@activity.defn
async def fetch(page: int) -> str:
    return f"text of page {page}"


@workflow.defn
class Crawl:
    @workflow.run
    async def run(self, page: int) -> None:
        try:
            for _ in range(3):
                await workflow.execute_activity(
                    fetch, page, start_to_close_timeout=timedelta(seconds=10)
                )
                page += 1
            workflow.continue_as_new(page)
        except BaseException as error:
            raise ApplicationError(f"page {page}: {error}") from error


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Crawl], activities=[fetch]).run()
    else:
        await client.start_workflow(Crawl.run, 0, id="crawl-17", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
