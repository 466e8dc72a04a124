"""EXPECT: Nexus operation 'ship' failed for good: its handler starts a workflow of id ship-7, and
one of that id runs already. Take an id that is the operation's own, or attach to the one that runs
(id_conflict_policy USE_EXISTING), or wait for it or end it.

The handler of a Nexus operation starts a workflow whose id is taken.
"""

import asyncio
import os
import sys

import nexusrpc
from temporalio import nexus, workflow
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client
from temporalio.worker import Worker

Q = "shops"


@workflow.defn
class Ship:
    @workflow.run
    async def run(self, number: int) -> str:
        await workflow.wait_condition(lambda: number < 0)
        return "shipped"


@nexusrpc.service
class Shipping:
    ship: nexusrpc.Operation[int, str]


@nexusrpc.handler.service_handler(service=Shipping)
class Shipper:
    @nexus.workflow_run_operation
    async def ship(
        self, ctx: nexus.WorkflowRunOperationContext, number: int
    ) -> nexus.WorkflowHandle[str]:
        return await ctx.start_workflow(Ship.run, number, id=f"ship-{number}")


@workflow.defn
class Buy:
    @workflow.run
    async def run(self, number: int) -> str:
        shipping = workflow.create_nexus_client(service=Shipping, endpoint="shipping")
        return await shipping.execute_operation(Shipping.ship, number)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        handlers = [Shipper()]
        await Worker(
            client, task_queue=Q, workflows=[Buy, Ship], nexus_service_handlers=handlers
        ).run()
    else:
        place = EndpointTarget.Worker(namespace=client.namespace, task_queue=Q)
        spec = EndpointSpec(name="shipping", target=EndpointTarget(worker=place))
        await client.operator_service.create_nexus_endpoint(CreateNexusEndpointRequest(spec=spec))
        await client.start_workflow(Ship.run, 7, id="ship-7", task_queue=Q)
        await client.start_workflow(Buy.run, 7, id="buy-7", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
