"""EXPECT: [TMPRL1101] the workflow computes for more than 2 s without yielding: move it into an
activity.

Long computing in workflow code.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "scores"


def score(rounds: int) -> int:
    total = 0
    for n in range(rounds):
        total = (total * 31 + n) % 1_000_003
    return total


@workflow.defn
class Score:
    @workflow.run
    async def run(self) -> int:
        return score(200_000_000)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Score]).run()
    else:
        await client.start_workflow(Score.run, id="score-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
