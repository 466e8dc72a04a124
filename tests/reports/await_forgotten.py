"""EXPECT: workflow task fails: AttributeError, 'coroutine' object has no attribute 'upper': the
call of execute_activity() for 'read_page' is not awaited, so its result is a coroutine (and the
activity was never scheduled). Write await before it, restart the worker; the run goes on by itself.

The await before execute_activity was forgotten.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pages"


@activity.defn
async def read_page(number: int) -> str:
    return f"text of page {number}"


@workflow.defn
class ReadAloud:
    @workflow.run
    async def run(self, number: int) -> str:
        text = workflow.execute_activity(
            read_page, number, start_to_close_timeout=timedelta(seconds=10)
        )
        return text.upper()  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[ReadAloud], activities=[read_page]).run()
    else:
        await client.start_workflow(ReadAloud.run, 7, id="page-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
