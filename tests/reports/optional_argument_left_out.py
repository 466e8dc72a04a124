"""EXPECT: activity 'print_page' fails at every attempt: AttributeError, 'dict' object has no
attribute 'title'. It is given one argument and has two parameters, so the SDK takes no notice of
the type hints and makes a dict of the page: give both arguments (or put both into one dataclass).

The last parameter has a default and was added later.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "press"


@dataclass
class Page:
    title: str
    text: str


@activity.defn
async def print_page(page: Page, copies: int = 1) -> str:
    return f"{copies} of {page.title}"  # HERE


@workflow.defn
class Press:
    @workflow.run
    async def run(self, title: str) -> str:
        return await workflow.execute_activity(
            print_page, Page(title, "..."), start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Press], activities=[print_page]).run()
    else:
        await client.start_workflow(Press.run, "News", id="press-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
