"""EXPECT: the workflow failed as activity 'refund' failed after 2 attempts (BankOffline: bank does
not answer). It was to undo 'withdraw', as 'deposit' had failed before it: AccountClosed, account
closed. So money was withdrawn and neither deposited nor refunded: see to that by hand, and let
the refund be tried for longer.

A compensation fails, and its error is all that the workflow's own failure has.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

Q = "transfers"
TWICE = RetryPolicy(maximum_attempts=2, initial_interval=timedelta(seconds=0.2))


@activity.defn
async def withdraw(amount: int) -> None:
    pass


@activity.defn
async def deposit(amount: int) -> None:
    raise ApplicationError("account closed", type="AccountClosed", non_retryable=True)


@activity.defn
async def refund(amount: int) -> None:
    raise ApplicationError("bank does not answer", type="BankOffline")


@workflow.defn
class Transfer:
    async def do(self, name: str, amount: int) -> None:
        await workflow.execute_activity(
            name, amount, start_to_close_timeout=timedelta(seconds=10), retry_policy=TWICE
        )

    @workflow.run
    async def run(self, amount: int) -> None:
        await self.do("withdraw", amount)
        try:
            await self.do("deposit", amount)
        except ActivityError:
            await self.do("refund", amount)
            raise


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Transfer], activities=[withdraw, deposit, refund]
        ).run()
    else:
        await client.start_workflow(Transfer.run, 250, id="transfer-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
