"""EXPECT: activity 'transcode' waits on queue 'media-None', which nobody polls: the queue's name is
made of the tenant, and the order has none. Give the tenant where the workflow is started (and let
the workflow refuse an order without one); terminate this one and start it anew with a tenant. A
worker of a queue 'media-None' would be the wrong way out.

The queue's name is made of a value that is None.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

TENANT = "acme"


@activity.defn
async def transcode(film: str) -> str:
    return f"{film}.mp4"


@workflow.defn
class Film:
    @workflow.run
    async def run(self, film: str, tenant: str | None) -> str:
        return await workflow.execute_activity(
            transcode,
            film,
            task_queue=f"media-{tenant}",
            start_to_close_timeout=timedelta(minutes=10),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        films = Worker(client, task_queue="films", workflows=[Film])
        media = Worker(client, task_queue=f"media-{TENANT}", activities=[transcode])
        await asyncio.gather(films.run(), media.run())
    else:
        order = {"film": "dunes"}
        args = [order["film"], order.get("tenant")]
        await client.start_workflow(Film.run, args=args, id="film-dunes", task_queue="films")


if __name__ == "__main__":
    asyncio.run(main())
