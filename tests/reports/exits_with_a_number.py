"""EXPECT: activity 'load' fails at every attempt with SystemExit, whose message is 3 only: it calls
sys.exit(3) as prices.csv is not there, which it says in the worker's output alone ("cannot load
prices"). Raise an error that tells it instead of sys.exit(), and make the file; it is tried again.

A script was made an activity.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "warehouse"


@activity.defn
async def load(table: str) -> int:
    if not os.path.exists(f"{table}.csv"):
        print(f"cannot load {table}: no {table}.csv", file=sys.stderr)
        sys.exit(3)  # HERE
    return os.path.getsize(f"{table}.csv")


@workflow.defn
class Load:
    @workflow.run
    async def run(self, table: str) -> int:
        return await workflow.execute_activity(
            load, table, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Load], activities=[load]).run()
    else:
        await client.start_workflow(Load.run, "prices", id="load-prices", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
