"""EXPECT: activity 'stamp' fails at every attempt: it calls workflow.now(), which is for workflow
code only ("Not in workflow event loop"). Use datetime.now(timezone.utc) in the activity; the next
attempt after the worker's restart does it.

An activity uses an API of workflow code.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "letters"


@activity.defn
async def stamp(letter: str) -> str:
    return f"{letter} of {workflow.now():%d.%m.%Y}"  # HERE


@workflow.defn
class Letter:
    @workflow.run
    async def run(self, letter: str) -> str:
        return await workflow.execute_activity(
            stamp, letter, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Letter], activities=[stamp]).run()
    else:
        await client.start_workflow(Letter.run, "letter", id="letter-15", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
