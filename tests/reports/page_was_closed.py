"""EXPECT: cancelled, not failed: 'checkout-web' asked to cancel it (its page was closed) while it
waited for its timer after 'reserve' was done. The cancellation came through run(), and nothing in
it gave the reserved seat back. Start it anew if it is wanted; to undo what was done, catch
asyncio.CancelledError (or finally) in run().

A client cancels the workflow when its page is closed.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "seats"


@activity.defn
async def reserve(seat: str) -> str:
    return f"{seat} is held"


@workflow.defn
class Seat:
    @workflow.run
    async def run(self, seat: str) -> str:
        held = await workflow.execute_activity(
            reserve, seat, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.sleep(timedelta(minutes=15))
        return held


async def main() -> None:
    role = sys.argv[1]
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, identity="checkout-web" if role == "leave" else None)
    if role == "worker":
        await Worker(client, task_queue=Q, workflows=[Seat], activities=[reserve]).run()
    elif role == "leave":
        await client.get_workflow_handle("seat-12a").cancel()
    else:
        await client.start_workflow(Seat.run, "12A", id="seat-12a", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
