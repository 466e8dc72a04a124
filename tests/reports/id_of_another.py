"""EXPECT: the server knows only that activity 'begin_import' times out (START_TO_CLOSE, 3 s) at
every attempt. It is not slow: it raises WorkflowAlreadyStartedError at once, as the log of the
worker has it, and the SDK cannot report that error as a failure. The workflow that it starts has
the fixed id 'import', under which an earlier one still runs. Use an id for each (such as that of
the customer) or id_conflict_policy USE_EXISTING, or catch the error.

An activity starts a workflow under a fixed id.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "imports"


@activity.defn
async def begin_import(customer: str) -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await client.start_workflow(Import.run, customer, id="import", task_queue=Q)


@workflow.defn
class Import:
    @workflow.run
    async def run(self, customer: str) -> None:
        await workflow.sleep(3600)


@workflow.defn
class Customer:
    @workflow.run
    async def run(self, customer: str) -> None:
        await workflow.execute_activity(
            begin_import, customer, start_to_close_timeout=timedelta(seconds=3)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Customer, Import], activities=[begin_import]
        ).run()
    else:
        first = await client.start_workflow(Customer.run, "ann", id="customer-1", task_queue=Q)
        await first.result()
        await client.start_workflow(Customer.run, "bob", id="customer-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
