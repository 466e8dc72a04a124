"""EXPECT: the rate limit of the queue (max_task_queue_activities_per_second=0.005; the server's list
of pollers has it as rate_per_second) holds them back; more slots or workers do not help.

What makes the activities wait is the queue's rate limit, no missing worker or slot.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "mails"


@activity.defn
async def fetch(mail: int) -> int:
    return mail


@workflow.defn
class Mails:
    @workflow.run
    async def run(self) -> int:
        fetched = [
            workflow.execute_activity(fetch, mail, start_to_close_timeout=timedelta(seconds=10))
            for mail in range(4)
        ]
        return sum(await asyncio.gather(*fetched))


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Mails],
            activities=[fetch],
            max_task_queue_activities_per_second=0.005,
        ).run()
    else:
        await client.start_workflow(Mails.run, id="mails-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
