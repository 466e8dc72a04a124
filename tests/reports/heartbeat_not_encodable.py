"""EXPECT: the details of activity.heartbeat() cannot be encoded, not what the activity returns.

Heartbeat details that no converter takes.
"""

import asyncio
import os
import sys
from datetime import timedelta
from decimal import Decimal

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tapes"


@activity.defn
async def spool() -> str:
    activity.heartbeat(Decimal("0.5"))
    await asyncio.sleep(2)
    return "spooled"


@workflow.defn
class Tape:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            spool,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=5),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Tape], activities=[spool]).run()
    else:
        await client.start_workflow(Tape.run, id="tape-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
