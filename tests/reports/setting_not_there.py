"""EXPECT: no worker polls 'mails': it ended at its start with KeyError: 'MAIL_SENDER', as that
environment variable is not set. Set it where the worker is started, and start it again; the
workflow then begins by itself.

A worker needs a variable of the environment.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "mails"


@workflow.defn
class Mail:
    @workflow.run
    async def run(self, to: str) -> str:
        return f"mail to {to}"


def settings() -> dict[str, str]:
    return {"sender": os.environ["MAIL_SENDER"]}


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        print("sends as", settings()["sender"])
        await Worker(client, task_queue=Q, workflows=[Mail]).run()
    else:
        await client.start_workflow(Mail.run, "ann", id="mail-71", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
