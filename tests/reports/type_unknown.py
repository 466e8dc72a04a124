"""EXPECT: the starter asks for a type 'sayHello' that the worker does not have; it has 'SayHello'.
Correct the name in the starter and start anew, or give the workflow that name.

Another language's habit: the starter names the workflow as a function is named there.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "hello"


@workflow.defn
class SayHello:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"hello {name}"


@workflow.defn
class SayGoodbye:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"goodbye {name}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[SayHello, SayGoodbye]).run()
    else:
        await client.start_workflow("sayHello", "Ann", id="hello-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
