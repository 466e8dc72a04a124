"""EXPECT: 'rate' timed out SCHEDULE_TO_START: it waited 2 s in the queue and never began, as the
worker has one slot for activities, and another 'rate' of the same workflow held it. The worker was
there and at work. Leave out schedule_to_start_timeout or make it longer, begin fewer at once, or
have more slots (max_concurrent_activities) or workers.

A workflow begins more activities at once than its worker has slots.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "ratings"


@activity.defn
async def rate(text: str) -> int:
    await asyncio.sleep(20)
    return len(text)


@workflow.defn
class Ratings:
    @workflow.run
    async def run(self, texts: list[str]) -> list[int]:
        return await asyncio.gather(
            *[
                workflow.execute_activity(
                    rate,
                    text,
                    schedule_to_start_timeout=timedelta(seconds=2),
                    start_to_close_timeout=timedelta(minutes=5),
                )
                for text in texts
            ]
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Ratings],
            activities=[rate],
            max_concurrent_activities=1,
        ).run()
    else:
        texts = ["good", "bad", "so so", "fine"]
        await client.start_workflow(Ratings.run, texts, id="ratings-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
