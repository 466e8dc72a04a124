"""EXPECT: the workflow waits for something that cannot come. Activity 'pack' completed, and it set
state["packed"], but in its own copy: arguments are sent, not shared. Nothing is pending and there
is no signal that could change the state, so wait_condition never ends. Let the activity return
what it did and set the state from its result; then restart the worker and reset the workflow.

An activity is to change the state of its workflow.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "boxes"


@activity.defn
async def pack(state: dict[str, bool]) -> None:
    state["packed"] = True


@workflow.defn
class Box:
    def __init__(self) -> None:
        self.state = {"packed": False}

    @workflow.run
    async def run(self, box: str) -> str:
        await workflow.execute_activity(
            pack, self.state, start_to_close_timeout=timedelta(seconds=10)
        )
        await workflow.wait_condition(lambda: self.state["packed"])
        return f"{box} packed"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Box], activities=[pack]).run()
    else:
        await client.start_workflow(Box.run, "books", id="box-17", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
