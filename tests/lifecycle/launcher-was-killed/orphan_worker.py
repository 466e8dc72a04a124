import asyncio
import os
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Deploy, steps


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Deploy], activities=[steps]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
