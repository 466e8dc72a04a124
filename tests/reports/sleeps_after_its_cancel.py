"""EXPECT: its cancellation was asked for and it has not ended: after that it ran activity 'refund'
and now sleeps for an hour (timer) in its except clause, before it raises the cancellation on. It
ends by itself when the timer has fired; if that is not wanted, terminate it (the refund is done),
and take the sleep out.

A workflow waits in its cleanup after a cancellation.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "courses"


@activity.defn
async def refund(course: str) -> str:
    return f"{course} refunded"


@workflow.defn
class Course:
    @workflow.run
    async def run(self, course: str) -> None:
        try:
            await workflow.wait_condition(lambda: False)
        except asyncio.CancelledError:
            await workflow.execute_activity(
                refund, course, start_to_close_timeout=timedelta(seconds=10)
            )
            await asyncio.sleep(3600)  # the bank may need that
            raise


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Course], activities=[refund]).run()
    elif sys.argv[1] == "cancel":
        await client.get_workflow_handle("course-5").cancel()
    else:
        await client.start_workflow(Course.run, "sailing", id="course-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
