"""EXPECT: completed, but nothing was published: activity 'publish' catches its error and returns it
({"status": "failed", "error": "quota of the day is used up"}), so Temporal takes that for a result
and never tries again. Raise in the activity (or look at the status in the workflow and fail).

An activity that returns its failure in place of raising it.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "posts"


def send(post: str) -> None:
    raise ConnectionError("quota of the day is used up")


@activity.defn
async def publish(post: str) -> dict[str, str]:
    try:
        send(post)
    except Exception as error:
        return {"status": "failed", "error": str(error)}
    return {"status": "published"}


@workflow.defn
class Post:
    @workflow.run
    async def run(self, post: str) -> dict[str, str]:
        return await workflow.execute_activity(
            publish,
            post,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Post], activities=[publish]).run()
    else:
        await client.start_workflow(Post.run, "spring sale", id="post-18", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
