"""EXPECT: nothing has failed: it waits for a timer of 30 days, which fires in a month. If 30
seconds were meant: timedelta(30) is 30 days, timedelta(seconds=30) is what was wanted; correct
the code, then start anew or reset the run (a restart of the worker alone leaves the timer as it
is).

A workflow waits for timedelta(30).
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "welcome"


@activity.defn
async def send_tips(user: str) -> None:
    pass


@workflow.defn
class Welcome:
    @workflow.run
    async def run(self, user: str) -> None:
        await workflow.sleep(timedelta(30))
        await workflow.execute_activity(
            send_tips, user, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Welcome], activities=[send_tips]).run()
    else:
        await client.start_workflow(Welcome.run, "ann", id="welcome-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
