"""EXPECT: the workflow's type 'Subscription' is not known to the worker any more: the class was
renamed (the worker has 'Membership') while this workflow runs, which began and did its first task
under the old name. Keep the old name for it (@workflow.defn(name="Subscription")), or register the
old class beside the new one, and restart the worker; it then goes on by itself.

A workflow class is renamed by a deploy.
Steps: worker, start, worker2, poke.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "subscriptions"


@workflow.defn
class Subscription:
    def __init__(self) -> None:
        self.ended = False

    @workflow.signal
    def end(self) -> None:
        self.ended = True

    @workflow.run
    async def run(self, name: str) -> str:
        await workflow.wait_condition(lambda: self.ended)
        return f"{name} left"


@workflow.defn
class Membership(Subscription):
    @workflow.run
    async def run(self, name: str) -> str:
        await workflow.wait_condition(lambda: self.ended)
        return f"{name} left"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        kind = Subscription if sys.argv[1] == "worker" else Membership
        await Worker(client, task_queue=Q, workflows=[kind]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("subscription-5").signal("end")
    else:
        await client.start_workflow(Subscription.run, "Ann", id="subscription-5", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
