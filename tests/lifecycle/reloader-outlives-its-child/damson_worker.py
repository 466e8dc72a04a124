import asyncio
import os
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Jam, sugar


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Jam], activities=[sugar]):
        print("worker is up", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
