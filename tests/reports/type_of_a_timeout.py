"""EXPECT: activity 'note_failure' fails at every attempt: its argument cannot be decoded,
error_type is 1 and should be text. The workflow's except clause takes error.cause.type, which is an
enum (a number) where the cause is a timeout: 'load' timed out (START_TO_CLOSE) before. The argument
stands in the history: correct the workflow code and reset the run to before it, or let note_failure
accept numbers (restart the worker, the next attempt does it); and give 'load' more time.

The handler of a failure expects an ApplicationError only, and gets a timeout.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

Q = "loads"


@dataclass
class Failure:
    step: str
    error_type: str | None = None


@activity.defn
async def load(table: str) -> str:
    await asyncio.sleep(3600)
    return table


@activity.defn
async def note_failure(failure: Failure) -> None:
    activity.logger.info("%s failed: %s", failure.step, failure.error_type)


@workflow.defn
class Load:
    @workflow.run
    async def run(self, table: str) -> str:
        once = RetryPolicy(maximum_attempts=1)
        try:
            return await workflow.execute_activity(
                load, table, start_to_close_timeout=timedelta(seconds=2), retry_policy=once
            )
        except ActivityError as error:
            kind = getattr(error.cause, "type", None)
            await workflow.execute_activity(
                note_failure,
                Failure("load", kind),
                start_to_close_timeout=timedelta(seconds=10),
            )
            raise


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Load], activities=[load, note_failure]).run()
    else:
        await client.start_workflow(Load.run, "sales", id="load-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
