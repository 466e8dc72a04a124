"""EXPECT: cancellation requested and lost in the code: 'except Exception' around the activity takes
the cancellation for a failure and the loop goes on; let it through (is_cancelled_exception), or
terminate.

A loop that survives everything.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

Q = "watch"


@activity.defn
async def look() -> None:
    await asyncio.sleep(3600)


@workflow.defn
class Watch:
    @workflow.run
    async def run(self) -> None:
        while True:
            try:
                await workflow.execute_activity(look, start_to_close_timeout=timedelta(hours=2))
            except ActivityError:
                workflow.logger.warning("not seen, looking again")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Watch], activities=[look]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("watch-1").cancel()
    else:
        await client.start_workflow(Watch.run, id="watch-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
