"""EXPECT: workflow task fails: AttributeError, 'dict' object has no attribute 'email': activity
'look_up' is called by its name, so the SDK does not know what it returns and makes a dict of it.
Call the function itself or give result_type=Person; the workflow then goes on by itself.

Worker and workflow in two projects: the name is all that the workflow has.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "people"


@dataclass
class Person:
    name: str
    email: str


@activity.defn
async def look_up(number: int) -> Person:
    return Person("Ada", f"ada{number}@example.com")


@workflow.defn
class Greeting:
    @workflow.run
    async def run(self, number: int) -> str:
        person = await workflow.execute_activity(
            "look_up", number, start_to_close_timeout=timedelta(seconds=10)
        )
        return "to " + person.email  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Greeting], activities=[look_up]).run()
    else:
        await client.start_workflow(Greeting.run, 7, id="greeting-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
