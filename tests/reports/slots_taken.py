"""EXPECT: 'send' has not failed: it waits for a slot of the worker, which has 2 for activities, and
both are held by the 'listen' of stream-1 and stream-2, which do not end. More slots
(max_concurrent_activities), another worker, or a queue of its own for the long ones.

Activities that run for ever share a queue with short ones.
"""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

Q = "messages"


@activity.defn
async def listen(topic: str) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(0.5)


@activity.defn
async def send(mail: str) -> str:
    return f"sent {mail}"


@workflow.defn
class Stream:
    @workflow.run
    async def run(self, topic: str) -> None:
        await workflow.execute_activity(
            listen,
            topic,
            start_to_close_timeout=timedelta(days=1),
            heartbeat_timeout=timedelta(seconds=60),
        )


@workflow.defn
class Mail:
    @workflow.run
    async def run(self, mail: str) -> str:
        return await workflow.execute_activity(
            send, mail, start_to_close_timeout=timedelta(seconds=10)
        )


async def at_work(stream: WorkflowHandle[Any, Any]) -> bool:
    raw = (await stream.describe()).raw_description
    return any(one.state == 2 for one in raw.pending_activities)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client,
            task_queue=Q,
            workflows=[Stream, Mail],
            activities=[listen, send],
            max_concurrent_activities=2,
        ).run()
    else:
        for number in (1, 2):
            stream = await client.start_workflow(
                Stream.run, "orders", id=f"stream-{number}", task_queue=Q
            )
            while not await at_work(stream):
                await asyncio.sleep(0.1)
        await client.start_workflow(Mail.run, "welcome", id="mail-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
