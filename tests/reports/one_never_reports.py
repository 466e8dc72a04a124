"""EXPECT: it waits for three signals 'done', two came: the third of its children, agent-tax,
failed (ApplicationError 'no such register') before it could send one, and nobody looks at the
children's ends. It waits for good. Send the third 'done' (or end it); in the code await the
children's handles, or let the child report in a finally clause.

The parent counts reports of its children, and one of them fails without a report.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

Q = "research"


@workflow.defn
class Agent:
    @workflow.run
    async def run(self, topic: str) -> None:
        if topic == "tax":
            raise ApplicationError("no such register")
        parent = workflow.info().parent
        assert parent
        await workflow.get_external_workflow_handle(parent.workflow_id).signal("done", topic)


@workflow.defn
class Research:
    def __init__(self) -> None:
        self.ready: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        topics = ["market", "people", "tax"]
        for topic in topics:
            await workflow.start_child_workflow(Agent.run, topic, id=f"agent-{topic}")
        await workflow.wait_condition(lambda: len(self.ready) == len(topics))
        return self.ready

    @workflow.signal
    def done(self, topic: str) -> None:
        self.ready.append(topic)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Research, Agent]).run()
    else:
        await client.start_workflow(Research.run, id="research-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
