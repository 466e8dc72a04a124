"""EXPECT: 'send' gets no self: the worker has the method of the class (Mailer.send), not of an
object (Mailer().send): TypeError, one positional argument is missing.

An activity method is registered without an object.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "mailer"


class Mailer:
    def __init__(self, host: str) -> None:
        self.host = host

    @activity.defn
    async def send(self, to: str) -> str:
        return f"{to}@{self.host}"


@workflow.defn
class Mail:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            "send",
            "bob",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=1.0),
            result_type=str,
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Mail], activities=[Mailer.send]).run()
    else:
        await client.start_workflow(Mail.run, id="mail-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
