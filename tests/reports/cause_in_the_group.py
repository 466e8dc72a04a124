"""EXPECT: activity 'call_tool' fails at every attempt; its error says only 'unhandled errors in a
TaskGroup (1 sub-exception)'. What failed is within the group, which the worker's log has:
ConnectionRefusedError, the tool server at 127.0.0.1, port 9, does not listen. Start that server or
correct its address (TOOL_SERVER); the next attempt goes well. Temporal's own server is fine.

The error of a task group hides what failed in it.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tools"


async def ask_server(question: str) -> None:
    host, port = os.environ.get("TOOL_SERVER", "127.0.0.1:9").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(question.encode())


@activity.defn
async def call_tool(question: str) -> str:
    async with asyncio.TaskGroup() as group:
        group.create_task(ask_server(question))
    return "asked"


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, question: str) -> str:
        return await workflow.execute_activity(
            call_tool, question, start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent], activities=[call_tool]).run()
    else:
        await client.start_workflow(Agent.run, "weather?", id="agent-41", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
