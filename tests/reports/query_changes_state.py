"""EXPECT: nondeterminism, and nobody changed the code: query 'offer' sets self.express, and
queries are not in the history. So the run began 'by_plane', and when the worker was restarted the
replay, which knows of no query, calls 'by_ship'. A query must not change anything (use a signal or
an update). Correct that; this run can go on only by a reset to before that point, or start it
anew.

A query handler changes the state of its workflow.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "freights"


@activity.defn
async def by_plane() -> str:
    return "by plane"


@activity.defn
async def by_ship() -> str:
    return "by ship"


@workflow.defn
class Freight:
    def __init__(self) -> None:
        self.express = False
        self.news: list[str] = []

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: "packed" in self.news)
        way = by_plane if self.express else by_ship
        how = await workflow.execute_activity(way, start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: "arrived" in self.news)
        return how

    @workflow.signal
    def tell(self, news: str) -> None:
        self.news.append(news)

    @workflow.query
    def offer(self, express: bool) -> int:
        self.express = express
        return 90 if express else 20


async def start(client: Client) -> None:
    freight = await client.start_workflow(Freight.run, id="freight-7", task_queue=Q)
    await freight.query(Freight.offer, True)
    await freight.signal(Freight.tell, "packed")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Freight], activities=[by_plane, by_ship]
        ).run()
    elif sys.argv[1] == "arrive":
        await client.get_workflow_handle("freight-7").signal(Freight.tell, "arrived")
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
