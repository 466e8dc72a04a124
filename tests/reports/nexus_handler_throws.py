"""EXPECT: Nexus operation 'book' fails in its handler at every attempt: RuntimeError 'ledger
closed'; fix the handler, it is retried by itself.

The handler of a Nexus operation throws.
"""

import asyncio
import os
import sys

import nexusrpc
import nexusrpc.handler
from temporalio import workflow
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client
from temporalio.worker import Worker

Q = "entries"


@nexusrpc.service
class Ledger:
    book: nexusrpc.Operation[str, str]


@nexusrpc.handler.service_handler(service=Ledger)
class LedgerHandler:
    @nexusrpc.handler.sync_operation
    async def book(self, _: nexusrpc.handler.StartOperationContext, entry: str) -> str:
        raise RuntimeError("ledger closed")


@workflow.defn
class Entry:
    @workflow.run
    async def run(self) -> str:
        ledger = workflow.create_nexus_client(service=Ledger, endpoint="ledger")
        return await ledger.execute_operation(Ledger.book, "10 EUR")


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Entry], nexus_service_handlers=[LedgerHandler()]
        ).run()
    else:
        await client.operator_service.create_nexus_endpoint(
            CreateNexusEndpointRequest(
                spec=EndpointSpec(
                    name="ledger",
                    target=EndpointTarget(
                        worker=EndpointTarget.Worker(namespace=client.namespace, task_queue=Q)
                    ),
                )
            )
        )
        await client.start_workflow(Entry.run, id="entry-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
