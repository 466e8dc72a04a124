"""EXPECT: terminated by 'helpdesk' with the reason 'ticket 512: hangs since Friday'. It hung as its
workflow task failed at every attempt: KeyError 'weight' in run(), for its input has no weight.
That is to be corrected (the code, or the input that its starter gives) before it is started anew;
started anew as it is, it would hang again.

Somebody ends a workflow that does not move.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "freight"


@workflow.defn
class Freight:
    @workflow.run
    async def run(self, parcel: dict[str, int]) -> int:
        return parcel["weight"] * 2


async def main() -> None:
    role = sys.argv[1]
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, identity="helpdesk" if role == "stop" else None)
    if role == "worker":
        await Worker(client, task_queue=Q, workflows=[Freight]).run()
    elif role == "stop":
        reason = "ticket 512: hangs since Friday"
        await client.get_workflow_handle("freight-30").terminate(reason=reason)
    else:
        await client.start_workflow(Freight.run, {"height": 3}, id="freight-30", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
