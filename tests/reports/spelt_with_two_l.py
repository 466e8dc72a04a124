"""EXPECT: it runs on without end, though its job is over: activity 'job_state' answers 'CANCELED'
each time, and the workflow waits for one of 'DONE', 'FAILED' and 'CANCELLED' (with two l), asking
again each second. Correct the word (or end at any word that is not known); a running workflow needs
a reset or a new start, as its code changes what it does next.

The workflow waits for a word that the other side spells differently.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "jobs"


@activity.defn
async def job_state(job: int) -> str:
    return "CANCELED"


@workflow.defn
class Job:
    @workflow.run
    async def run(self, job: int) -> str:
        state = ""
        while state not in ("DONE", "FAILED", "CANCELLED"):
            await asyncio.sleep(1)
            state = await workflow.execute_activity(
                job_state, job, start_to_close_timeout=timedelta(seconds=10)
            )
        return state


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Job], activities=[job_state]).run()
    else:
        await client.start_workflow(Job.run, 185, id="job-185", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
