"""EXPECT: activity 'bill' fails at every attempt before its own code begins: the interceptor of the
worker refuses it (PermissionError, no header 'tenant'), and nobody sets that header, as the
starter's client has no such interceptor and the workflow passes none on. Set it where the activity
is called (an outbound interceptor of the workflow), or let the worker's do without it.

An interceptor of the worker that wants a header.
"""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    Worker,
)

Q = "bills"


class TenantOfActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        if "tenant" not in input.headers:
            raise PermissionError(f"no header 'tenant' for {activity.info().activity_type}")  # HERE
        return await super().execute_activity(input)


class Tenant(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return TenantOfActivity(super().intercept_activity(next))


@activity.defn
async def bill(amount: int) -> str:
    return f"bill of {amount}"


@workflow.defn
class Bill:
    @workflow.run
    async def run(self, amount: int) -> str:
        return await workflow.execute_activity(
            bill, amount, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Bill], activities=[bill], interceptors=[Tenant()]
        ).run()
    else:
        await client.start_workflow(Bill.run, 30, id="bill-62", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
