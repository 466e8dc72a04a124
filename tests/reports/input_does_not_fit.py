"""EXPECT: workflow task fails at every attempt: the input cannot be decoded, 'parts' is "" and must
be a dictionary. The code is right, the input is not: it will never get through. Terminate it, start
it anew with a valid input (and validate before the start).

A form sends an empty text where nothing was filled in.
"""

import asyncio
import os
import sys

from pydantic import BaseModel
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

Q = "builds"


class Plan(BaseModel):
    name: str
    parts: dict[str, int]


@workflow.defn
class Build:
    @workflow.run
    async def run(self, plan: Plan) -> int:
        return sum(plan.parts.values())


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Build]).run()
    else:
        form = {"name": "shed", "parts": ""}
        await client.start_workflow("Build", form, id="build-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
