"""EXPECT: it waits on although signal 'decide' came and was handled: the handler keeps 'Approved',
and run() waits for 'approved' or 'rejected'. No activity, timer or child is pending. Send 'decide'
again with 'approved'; it then goes on. To be mended in the code, too: compare without regard to
case, or refuse other words (an update with a validator would tell the sender).

A decision in other letters than the workflow waits for.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "claims"


@workflow.defn
class Claim:
    def __init__(self) -> None:
        self.decision = ""

    @workflow.run
    async def run(self, number: int) -> str:
        await workflow.wait_condition(lambda: self.decision in ("approved", "rejected"))
        return f"claim {number} {self.decision}"

    @workflow.signal
    def decide(self, decision: str) -> None:
        self.decision = decision


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Claim]).run()
    elif sys.argv[1] == "decide":
        await client.get_workflow_handle("claim-60").signal(Claim.decide, "Approved")
    else:
        await client.start_workflow(Claim.run, 60, id="claim-60", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
