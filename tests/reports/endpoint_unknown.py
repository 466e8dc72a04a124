"""EXPECT: Nexus endpoint 'ledger' is not registered on this server: temporal operator nexus endpoint
create; then it goes on by itself.

A Nexus operation by an endpoint that nobody has created.
"""

import asyncio
import os
import sys

import nexusrpc
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "entries"


@nexusrpc.service
class Ledger:
    book: nexusrpc.Operation[str, str]


@workflow.defn
class Entry:
    @workflow.run
    async def run(self) -> str:
        ledger = workflow.create_nexus_client(service=Ledger, endpoint="ledger")
        return await ledger.execute_operation(Ledger.book, "10 EUR")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Entry]).run()
    else:
        await client.start_workflow(Entry.run, id="entry-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
