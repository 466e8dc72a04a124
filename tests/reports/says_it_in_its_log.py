"""EXPECT: waits for a signal after its charge failed: the workflow logged "card 4 was refused" as an
error, with the run; the answer shows that line.

The workflow catches what failed, logs it, and waits for a person.
"""

import asyncio
import logging
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

Q = "cards"


@activity.defn
async def charge(card: int) -> None:
    raise ValueError("not enough on it")


@workflow.defn
class Card:
    def __init__(self) -> None:
        self.cleared = False

    @workflow.signal
    def clear(self) -> None:
        self.cleared = True

    @workflow.run
    async def run(self) -> None:
        try:
            await workflow.execute_activity(
                charge,
                4,
                start_to_close_timeout=timedelta(seconds=5),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError:
            workflow.logger.error("card 4 was refused, a person must clear it")
            await workflow.wait_condition(lambda: self.cleared)


async def main() -> None:
    logging.basicConfig(level=logging.INFO)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Card], activities=[charge]).run()
    else:
        await client.start_workflow(Card.run, id="card-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
