"""EXPECT: the workflow task fails with RuntimeError: asyncio.run() cannot be called from a running
event loop. A helper of the workflow calls asyncio.run, but workflow code runs in an event loop
already: make the helper async and await it. Then restart the worker; it goes on by itself.

A helper that worked in a script is called by a workflow.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "answers"


@activity.defn
async def ask_model(prompt: str) -> str:
    return f"answer to {prompt}"


async def ask(prompt: str) -> str:
    return await workflow.execute_activity(
        ask_model, prompt, start_to_close_timeout=timedelta(seconds=10)
    )


def ask_sync(prompt: str) -> str:
    return asyncio.run(ask(prompt))  # HERE


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, prompt: str) -> str:
        return ask_sync(prompt)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent], activities=[ask_model]).run()
    else:
        await client.start_workflow(Agent.run, "why", id="agent-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
