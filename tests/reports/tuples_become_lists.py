"""EXPECT: the workflow task fails with TypeError: unhashable type: 'list': activity 'find_routes'
returns a list of tuples, which its type (list) does not tell, so they came back as lists, and the
workflow puts them into a set. Write the whole type, list[tuple[str, str]], at the activity, or make
tuples of them in the workflow; restart the worker; the task is tried again and goes on.

JSON has no tuples.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "routes"


@activity.defn
async def find_routes(city: str) -> list:
    return [(city, "Rome"), (city, "Bern"), (city, "Rome")]


@workflow.defn
class Routes:
    @workflow.run
    async def run(self, city: str) -> int:
        routes = await workflow.execute_activity(
            find_routes, city, start_to_close_timeout=timedelta(seconds=30)
        )
        return len(set(routes))  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Routes], activities=[find_routes]).run()
    else:
        await client.start_workflow(Routes.run, "Oslo", id="routes-oslo", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
