"""EXPECT: the worker never comes up: two activities have the same name 'execute' (that of their
methods): give each @activity.defn a name of its own.

Two activities of two classes, both called execute.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "health"


class Ping:
    @activity.defn
    async def execute(self) -> str:
        return "pong"


class Report:
    @activity.defn
    async def execute(self) -> str:
        return "report"


@workflow.defn
class Health:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity_method(
            Ping.execute, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        activities = [Ping().execute, Report().execute]
        await Worker(client, task_queue=Q, workflows=[Health], activities=activities).run()
    else:
        await client.start_workflow(Health.run, id="health-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
