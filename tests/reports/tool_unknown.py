"""EXPECT: the workflow task fails with KeyError: 'get_wheather': the model (result of activity
'choose') named a tool that the workflow does not have. Handle unknown names in the workflow
(tell the model), restart the worker; it goes on by itself. No activity is missing, none failed.

An agent's model names a tool that is not there.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "agents"


@activity.defn
async def choose(prompt: str) -> str:
    return "get_wheather"


@activity.defn
async def get_weather(prompt: str) -> str:
    return "sunny"


TOOLS = {"get_weather": get_weather}


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, prompt: str) -> str:
        name = await workflow.execute_activity(
            choose, prompt, start_to_close_timeout=timedelta(seconds=10)
        )
        tool = TOOLS[name]  # HERE
        return await workflow.execute_activity(
            tool, prompt, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Agent], activities=[choose, get_weather]
        ).run()
    else:
        await client.start_workflow(Agent.run, "weather in Oslo", id="agent-20", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
