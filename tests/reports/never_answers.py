"""EXPECT: activity 'ask_model' is at work since its start, attempt 1, no failure: its request waits
for an answer without a time limit of its own, and it has no heartbeat; so nothing ends it before
its start_to_close_timeout of 6 hours. Look at what it waits for (the service at 127.0.0.1); give
the client a timeout and the activity a shorter start_to_close_timeout, so that it is tried again.

A request without a timeout to a service that does not answer.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "texts"


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@activity.defn
async def ask_model(question: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ["MODEL_PORT"]))
    writer.write(f"{question}\n".encode())
    print("the question is sent", flush=True)
    return (await reader.readline()).decode()


@workflow.defn(sandboxed=False)
class Text:
    @workflow.run
    async def run(self, question: str) -> str:
        return await workflow.execute_activity(
            ask_model, question, start_to_close_timeout=timedelta(hours=6)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        service = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
        os.environ["MODEL_PORT"] = str(service.sockets[0].getsockname()[1])
        await Worker(client, task_queue=Q, workflows=[Text], activities=[ask_model]).run()
    else:
        await client.start_workflow(Text.run, "a title?", id="text-88", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
