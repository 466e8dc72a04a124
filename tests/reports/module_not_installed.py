"""EXPECT: no worker: it dies at its start of ModuleNotFoundError, No module named 'stamp_printer'.
Install the package into the worker's environment (or correct the name), start the worker; the
workflow waits for that.

A dependency of the worker is missing where it runs.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "stamps"


@workflow.defn
class Stamp:
    @workflow.run
    async def run(self, motif: str) -> str:
        return await workflow.execute_activity(
            "print_stamp", motif, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        import stamp_printer  # type: ignore[import-not-found]  # HERE

        acts = [stamp_printer.print_stamp]
        await Worker(client, task_queue=Q, workflows=[Stamp], activities=acts).run()
    else:
        await client.start_workflow(Stamp.run, "owl", id="stamp-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
