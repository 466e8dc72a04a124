"""EXPECT: ten updates 'book_table' hang in their handler: one line; the eleventh is refused by a
limit of the workflow.

Updates that wait in their handler for something that does not come.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client, WorkflowUpdateStage
from temporalio.worker import Worker

Q = "tables"


@workflow.defn
class Tables:
    def __init__(self) -> None:
        self.open = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def book_table(self, guests: int) -> int:
        await workflow.wait_condition(lambda: self.open)
        return guests


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Tables]).run()
    else:
        tables = await client.start_workflow(Tables.run, id="tables-1", task_queue=Q)
        for guests in range(10):
            await tables.start_update(
                Tables.book_table, guests, wait_for_stage=WorkflowUpdateStage.ACCEPTED
            )


if __name__ == "__main__":
    asyncio.run(main())
