"""EXPECT: activity 'remember' fails at every attempt with gaierror: the name of the host that it
connects to, 'cache.shop.invalid', cannot be resolved (a wrong host name, or one of another network
such as a container's). Nobody refused anything. Correct the host (CACHE_HOST) where the worker
runs and restart it; the next attempt goes well.

A service is looked for under a name that does not exist here.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "carts"


@activity.defn
async def remember(cart: str) -> None:
    host = os.environ.get("CACHE_HOST", "cache.shop.invalid")
    _, writer = await asyncio.open_connection(host, 6379)  # HERE
    writer.write(f"SADD carts {cart}\r\n".encode())
    writer.close()


@workflow.defn
class Cart:
    @workflow.run
    async def run(self, cart: str) -> None:
        await workflow.execute_activity(
            remember, cart, start_to_close_timeout=timedelta(seconds=60)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Cart], activities=[remember]).run()
    else:
        await client.start_workflow(Cart.run, "c71", id="cart-71", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
