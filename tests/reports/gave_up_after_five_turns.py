"""EXPECT: failed with ApplicationError 'no answer after 5 turns': by its own limit. No activity
failed, yet each call of tool 'weather' brought {"error": "unknown city Pariss"}, which the model
answers with the same call again. The tool's error is a result, so nothing else tells of it.
Correct the city (or the tool), or stop when the same call fails twice; start anew. A higher limit
would not help.

An agent that asks the same tool again and again.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "agents"


@activity.defn
async def ask_model(messages: list[str]) -> dict[str, str]:
    return {"tool": "weather", "city": "Pariss"}


@activity.defn
async def weather(city: str) -> dict[str, str]:
    return {"error": f"unknown city {city}"}


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, question: str) -> str:
        soon = timedelta(seconds=30)
        messages = [question]
        for _ in range(5):
            reply = await workflow.execute_activity(
                ask_model, messages, start_to_close_timeout=soon
            )
            if "answer" in reply:
                return reply["answer"]
            found = await workflow.execute_activity(
                weather, reply["city"], start_to_close_timeout=soon
            )
            messages.append(str(found))
        raise ApplicationError("no answer after 5 turns", type="TurnsUsedUp")  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent], activities=[ask_model, weather]).run()
    else:
        await client.start_workflow(Agent.run, "Rain in Paris?", id="agent-77", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
