"""EXPECT: the last run failed as the case exists already: the first run had opened it, and failed
then in 'notify' (mail server refused). That is the cause; the retry of the workflow does all steps
again, and 'open_case' cannot be done twice. Retry the activities and not the workflow, make
open_case idempotent.

The workflow as a whole is retried, and one of its steps cannot be repeated.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "cases"
CASES: set[int] = set()  # the other system's database


class CaseExists(Exception):
    pass


@activity.defn
async def open_case(number: int) -> None:
    if number in CASES:
        raise CaseExists(f"case {number} exists already")
    CASES.add(number)


@activity.defn
async def notify(number: int) -> None:
    raise ConnectionError("mail server refused the connection")


@workflow.defn
class Case:
    @workflow.run
    async def run(self, number: int) -> None:
        for step in (open_case, notify):
            await workflow.execute_activity(
                step,
                number,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Case], activities=[open_case, notify]).run()
    else:
        await client.start_workflow(
            Case.run, 7, id="case-7", task_queue=Q, retry_policy=RetryPolicy(maximum_attempts=3)
        )


if __name__ == "__main__":
    asyncio.run(main())
