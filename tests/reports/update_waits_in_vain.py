"""EXPECT: update 'sign' (event 8) hangs in its own handler, and run() waits for it; to send 'sign'
again only adds a second one that hangs: correct the code.

An update handler waits for what nobody sets, and run() waits until all handlers are finished.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client, WorkflowUpdateStage
from temporalio.worker import Worker

Q = "contracts"


@workflow.defn
class Contract:
    def __init__(self) -> None:
        self.signed = False
        self.filed = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.signed)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "filed"

    @workflow.update
    async def sign(self, who: str) -> str:
        self.signed = True
        await workflow.wait_condition(lambda: self.filed)
        return who


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Contract]).run()
    else:
        handle = await client.start_workflow(Contract.run, id="contract-1", task_queue=Q)
        await handle.start_update(Contract.sign, "ann", wait_for_stage=WorkflowUpdateStage.ACCEPTED)


if __name__ == "__main__":
    asyncio.run(main())
