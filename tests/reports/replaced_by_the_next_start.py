"""EXPECT: the first run was terminated by the server, as the same id was started again with
TERMINATE_EXISTING (id conflict policy): not by a person; the new run goes on.

Started twice, the second start replaces the first.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

Q = "reports"


@workflow.defn
class Report:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(3600)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Report]).run()
    else:
        for _ in range(2):
            await client.start_workflow(
                Report.run,
                id="report-7",
                task_queue=Q,
                id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            )


if __name__ == "__main__":
    asyncio.run(main())
