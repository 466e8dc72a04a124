"""EXPECT: activity 'send' was scheduled on the queue 'parcels-mail', which nobody polls: the
process has a worker for it, but awaits the run() of the worker of 'parcels' before, which never
returns. Run both at once (asyncio.gather), restart the worker; the activity is then taken.

Two workers in one process, one after the other.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "parcels"


@activity.defn
async def send(to: str) -> str:
    return f"mail to {to}"


@workflow.defn
class Parcel:
    @workflow.run
    async def run(self, to: str) -> str:
        return await workflow.execute_activity(
            send, to, task_queue="parcels-mail", start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        flows = Worker(client, task_queue=Q, workflows=[Parcel])
        mails = Worker(client, task_queue="parcels-mail", activities=[send])
        await flows.run()
        await mails.run()
    else:
        await client.start_workflow(Parcel.run, "eve@example.com", id="parcel-55", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
