"""EXPECT: the agent gives the whole conversation to 'think' each time; with the third answer it is
over the 2 MB that an argument may have, and 'think' cannot be scheduled. Pass a reference and keep
the text elsewhere, or only the last part or a summary.

The conversation of an agent grows with each turn.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "research"


@activity.defn
async def think(conversation: list[str]) -> str:
    return f"{len(conversation)}" * 800_000


@workflow.defn
class Research:
    @workflow.run
    async def run(self, question: str) -> int:
        conversation = [question]
        for _ in range(6):
            answer = await workflow.execute_activity(
                think, conversation, start_to_close_timeout=timedelta(seconds=20)
            )
            conversation.append(answer)
        return len(conversation)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Research], activities=[think]).run()
    else:
        await client.start_workflow(Research.run, "why", id="research-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
