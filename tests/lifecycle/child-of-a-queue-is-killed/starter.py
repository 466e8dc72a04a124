import asyncio
import os

from temporalio.client import Client

from flows import Order


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    handle = await client.start_workflow(
        Order.run, "ada@example.org", id="order-ada", task_queue="child-of-a-queue-orders"
    )
    print(f"started {handle.id}")


if __name__ == "__main__":
    asyncio.run(main())
