"""EXPECT: activity 'plan' fails at every attempt with JSONDecodeError (Expecting value: line 1
column 1): it parses the model's answer, which is JSON within a markdown fence (```json). Take the
fence off before json.loads, restart the worker; the next attempt has the new code.

An activity parses the answer of a language model.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "plans"


def model(prompt: str) -> str:
    return f'```json\n{{"tool": "search", "query": "{prompt}"}}\n```'


@activity.defn
async def plan(prompt: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(model(prompt))  # HERE
    return answer


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, prompt: str) -> str:
        step = await workflow.execute_activity(
            plan, prompt, start_to_close_timeout=timedelta(seconds=30)
        )
        return str(step["tool"])


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent], activities=[plan]).run()
    else:
        await client.start_workflow(Agent.run, "flights to Oslo", id="agent-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
