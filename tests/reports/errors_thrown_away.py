"""EXPECT: completed, but activity 'send' failed for 'bob' (MailboxFull) and nobody looked:
gather(return_exceptions=True) gave the error as a result.

The errors are collected and never read.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "letters"


class MailboxFull(Exception):
    pass


@activity.defn
async def send(to: str) -> str:
    if to == "bob":
        raise MailboxFull("mailbox of bob is full")
    return to


@workflow.defn
class Letters:
    @workflow.run
    async def run(self) -> str:
        letters = [
            workflow.execute_activity(
                send,
                to,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
            for to in ("ann", "bob", "cid")
        ]
        done = await asyncio.gather(*letters, return_exceptions=True)
        return f"{len(done)} letters sent"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Letters], activities=[send]).run()
    else:
        await client.start_workflow(Letters.run, id="letters-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
