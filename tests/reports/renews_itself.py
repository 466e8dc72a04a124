"""EXPECT: continues as new again and again without doing anything in between: n runs within seconds;
the condition to stop never holds. Not 'running well'.

continue_as_new stands inside the loop.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "polls"


@workflow.defn
class Poll:
    @workflow.run
    async def run(self, tries: int) -> str:
        for _ in range(10):
            workflow.continue_as_new(tries)
        return "given up"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Poll]).run()
    else:
        await client.start_workflow(Poll.run, 0, id="poll-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
