"""EXPECT: training-5 was asked to cancel and has not ended: it waits for its child
training-5-fit, which was asked, too, and waits for activity 'fit' to confirm
(WAIT_CANCELLATION_COMPLETED). That never hears of it, as it never heartbeats: it goes on for an
hour. Let it heartbeat (with a heartbeat_timeout), or end the child with terminate.

A cancellation that is held up by the activity of a child.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.worker import Worker

Q = "trainings"


@activity.defn
async def fit(model: str) -> None:
    print("fit has begun", flush=True)
    await asyncio.sleep(3600)


@workflow.defn
class Fit:
    @workflow.run
    async def run(self, model: str) -> None:
        await workflow.execute_activity(
            fit,
            model,
            start_to_close_timeout=timedelta(hours=2),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )


@workflow.defn
class Training:
    @workflow.run
    async def run(self, model: str) -> None:
        mine = workflow.info().workflow_id
        await workflow.execute_child_workflow(Fit.run, model, id=f"{mine}-fit")


async def stop(client: Client) -> None:
    await client.get_workflow_handle("training-5").cancel()
    child = client.get_workflow_handle("training-5-fit")
    asked = False
    while not asked:
        await asyncio.sleep(0.2)
        events = [event.event_type for event in (await child.fetch_history()).events]
        asked = EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED in events


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Training, Fit], activities=[fit]).run()
    elif sys.argv[1] == "stop":
        await stop(client)
    else:
        await client.start_workflow(Training.run, "small", id="training-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
