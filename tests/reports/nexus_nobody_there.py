"""EXPECT: Nexus operation 'ship' fails at every attempt: nobody polls the queue of its endpoint for
Nexus tasks.

An endpoint that leads to a queue that nobody polls. (Its attempts are given up sooner.)
"""

import asyncio
import os
import sys

import nexusrpc
from temporalio import workflow
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client
from temporalio.worker import Worker

Q = "buyers"


@nexusrpc.service
class Shipping:
    ship: nexusrpc.Operation[int, str]


@workflow.defn
class Buy:
    @workflow.run
    async def run(self) -> str:
        shipping = workflow.create_nexus_client(service=Shipping, endpoint="shipping")
        return await shipping.execute_operation(Shipping.ship, 7)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Buy]).run()
    else:
        await client.operator_service.create_nexus_endpoint(
            CreateNexusEndpointRequest(
                spec=EndpointSpec(
                    name="shipping",
                    target=EndpointTarget(
                        worker=EndpointTarget.Worker(
                            namespace=client.namespace, task_queue="shippers"
                        )
                    ),
                )
            )
        )
        await client.start_workflow(Buy.run, id="buy-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
