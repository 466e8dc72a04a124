"""EXPECT: no worker: it dies at its start, as make_poster() is given as an activity and is not
decorated with @activity.defn. Decorate it and start the worker; the workflow waits for that.

An ordinary function was put into activities=[...].
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "posters"


async def make_poster(title: str) -> str:
    return f"poster of {title}"


@workflow.defn
class Poster:
    @workflow.run
    async def run(self, title: str) -> str:
        return await workflow.execute_activity(
            make_poster, title, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Poster], activities=[make_poster]).run()
    else:
        await client.start_workflow(Poster.run, "Hamlet", id="poster-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
