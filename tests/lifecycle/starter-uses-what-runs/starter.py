import asyncio
import os
import sys

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from flows import DailyReport


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    handle = await client.start_workflow(
        DailyReport.run,
        "2026-11-30",
        id="report-2026-11-30",
        task_queue="starter-uses-what-runs",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    print(f"report workflow: {handle.id}", flush=True)
    if "wait" in sys.argv:
        print(await handle.result())


if __name__ == "__main__":
    asyncio.run(main())
