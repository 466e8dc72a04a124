"""EXPECT: the workflow fails as it signals itself: it asks for an external handle of its own id
(agent-44), and the server answers such a signal with "not found", although agent-44 runs. Call the
handler as a function of the workflow (self.answer(...)) in place of that, and start anew.

A tool of an agent gives its answer to the workflow by a signal, and runs in that workflow.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "agents"


@workflow.defn
class Agent:
    def __init__(self) -> None:
        self.answers: list[str] = []

    @workflow.signal
    def answer(self, text: str) -> None:
        self.answers.append(text)

    async def ask(self, question: str) -> None:
        me = workflow.get_external_workflow_handle(workflow.info().workflow_id)
        await me.signal("answer", f"{question} Yes.")

    @workflow.run
    async def run(self, question: str) -> str:
        await self.ask(question)
        await workflow.wait_condition(lambda: bool(self.answers))
        return self.answers[0]


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Agent]).run()
    else:
        await client.start_workflow(Agent.run, "Is it May?", id="agent-44", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
