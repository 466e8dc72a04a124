import asyncio
import os

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet

HIGH = "two-queues-in-one-process-high"
LOW = "two-queues-in-one-process-low"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await asyncio.gather(
        Worker(client, task_queue=HIGH, workflows=[Greet]).run(),
        Worker(client, task_queue=LOW, workflows=[Greet]).run(),
    )


if __name__ == "__main__":
    asyncio.run(main())
