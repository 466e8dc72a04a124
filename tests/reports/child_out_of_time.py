"""EXPECT: the parent failed as its child erase-7 timed out: its execution_timeout of 5 s was over
while it erased one recording after the other, and there were more of them than fit in. More time
for the child, or several at once; then start anew.

Nothing failed in the child: it was at work all the time.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "recordings"


@activity.defn
async def erase(number: int) -> None:
    await asyncio.sleep(0.3)


@workflow.defn
class Erase:
    @workflow.run
    async def run(self, many: int) -> None:
        for number in range(many):
            await workflow.execute_activity(
                erase, number, start_to_close_timeout=timedelta(seconds=30)
            )


@workflow.defn
class Goodbye:
    @workflow.run
    async def run(self, many: int) -> str:
        await workflow.execute_child_workflow(
            Erase.run, many, id="erase-7", execution_timeout=timedelta(seconds=5)
        )
        return "all is erased"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Goodbye, Erase], activities=[erase]).run()
    else:
        await client.start_workflow(Goodbye.run, 400, id="goodbye-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
