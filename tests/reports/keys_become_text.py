"""EXPECT: workflow task fails: KeyError: 2. The result of 'count_votes' has the keys "1" and "2":
they became strings on the way through JSON, and the hint 'dict' does not say that they are numbers.
Annotate dict[int, int] (or look up "2"), restart the worker.

A dict with numbers as keys.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "votes"


@activity.defn
async def count_votes(place: str) -> dict:  # type: ignore[type-arg]
    return {1: 30, 2: len(place)}


@workflow.defn
class Election:
    @workflow.run
    async def run(self, place: str) -> int:
        votes = await workflow.execute_activity(
            count_votes, place, start_to_close_timeout=timedelta(seconds=10)
        )
        return int(votes[2])  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Election], activities=[count_votes]).run()
    else:
        await client.start_workflow(Election.run, "thun", id="election-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
